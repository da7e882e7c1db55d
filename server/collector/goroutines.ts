/** All goroutines of a process, read from its memory while it runs. */
import type { Executable } from "../decode/index.ts";
import type { Tracer } from "../tracer/index.ts";

export interface Goroutine {
  id: number;
  /** 0: started by none. */
  parent: number;
  createdBy: string | null;
}

export interface Look {
  goroutines: Goroutine[];
  /** False: some were just changing hands, and are left out. */
  whole: boolean;
}

/** More are not looked at: the copy alone would take a tenth of a second. */
const MAX_GOROUTINES = 200_000;
const FIELD = 8;

/**
 * @param bias run time less static addresses.
 * @returns null where the binary doesn't tell where they are, or what is there are none.
 * @throws TracerError when the process is gone or can't be read.
 */
export async function readGoroutines(
  tracer: Tracer,
  pid: number,
  { map, symbols }: Executable,
  bias: bigint,
): Promise<Look | null> {
  const { allgs, goid, parentGoid, gopc } = map.facts;
  if (!allgs || goid === null || parentGoid === null || gopc === null) return null;
  const slice = () => tracer.gather(pid, BigUint64Array.of(BigInt(allgs) + bias), 24).then(words);
  const [array = 0n, length = 0n, capacity = 0n] = await slice();
  if (array === 0n || length > capacity || length > MAX_GOROUTINES) return null;
  const places = BigUint64Array.from({ length: Number(length) }, (_, i) => array + BigInt(i) * 8n);
  const pointers = words(await tracer.gather(pid, places, FIELD));
  const offsets = [goid, parentGoid, gopc];
  const first = Math.min(...offsets);
  const size = Math.max(...offsets) + FIELD - first;
  const from = BigUint64Array.from(pointers, (g) => g + BigInt(first));
  const bytes = await tracer.gather(pid, from, size);
  // A g may just be given to a new goroutine: half of it would be the old one's. The slice may just be moved.
  const again = await tracer.gather(pid, from, size);
  const [sameArray] = await slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const later = new DataView(again.buffer, again.byteOffset, again.byteLength);
  const look: Look = { goroutines: [], whole: sameArray === array };
  for (let at = 0; at + size <= bytes.length; at += size) {
    const [id, parent, creator] = offsets.map((offset) => {
      const value = view.getBigUint64(at + offset - first, true);
      return value === later.getBigUint64(at + offset - first, true) ? value : null;
    });
    if (id === 0n) continue; // it can't be read, or is a goroutine to come
    if (typeof id !== "bigint" || typeof parent !== "bigint" || typeof creator !== "bigint")
      look.whole = false;
    else {
      const createdBy = id === 1n ? null : symbols.functionAt(creator, bias);
      look.goroutines.push({ id: Number(id), parent: Number(parent), createdBy });
    }
  }
  // main's is never given away
  return look.goroutines.some(({ id }) => id === 1) ? look : { goroutines: [], whole: false };
}

function words(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(Uint8Array.from(bytes).buffer);
}
