import type { Body, Consumer } from "./body.ts";
import { type Code, Flow, Mnemonic, Operand, pcOf, Reg } from "./code/index.ts";
import type { Made } from "./function-sites.ts";
import type { GoBinary, Sentinel } from "./model.ts";

const PF_W = 2;

/**
 * Package-level errors that the linker laid down: pairs of an itab of `error` and an address, in writable data. Those with
 * an itab of another interface that includes Error() are in `itabs` too. Go from 1.21 does so for `var ErrX = errors.New(…)`.
 */
export function staticSentinels(binary: GoBinary, itabs: ReadonlySet<number>): Map<number, Sentinel> {
  const found = new Map<number, Sentinel>();
  for (const { address, fileSize, flags } of binary.image.segments) {
    if (!(flags & PF_W)) continue;
    const bytes = binary.image.bytes(address, fileSize - (fileSize % 8));
    if (!bytes) continue;
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = (at: number) => words.getUint32(at, true) + words.getUint32(at + 4, true) * 0x100000000;
    for (let at = (8 - (address % 8)) % 8; at + 16 <= bytes.length; at += 8) {
      const itab = word(at);
      if (!itabs.has(itab) || !binary.image.mapped(word(at + 8))) continue;
      found.set(address + at, { address: address + at, itab, data: word(at + 8), made: null });
    }
  }
  return found;
}

/** The package-level errors that an init function makes: pairs stored at static addresses. */
export function madeSentinels(body: Body, made: readonly Made[]): Sentinel[] {
  const { code } = body;
  return made.flatMap(({ reference, consumers }) =>
    consumers.flatMap(({ kind, itab }) => {
      const isStatic =
        kind === "store" && code.base[itab.i] === Reg.RIP && code.kind[0][itab.i] === Operand.MEMORY;
      if (!isStatic || reference.itab === null) return [];
      const address = code.displacement[itab.i]!;
      return [{ address, itab: reference.itab, data: null, made: pcOf(code, reference.i) }];
    }),
  );
}

/** Functions that give back a new error, in AX and BX. */
const CONSTRUCTORS = [
  "errors.New",
  "errors.Join",
  "fmt.Errorf",
  "golang.org/x/xerrors.New",
  "golang.org/x/xerrors.Errorf",
];
/** Rows between such a call and the store of its first word. */
const STORE_WINDOW = 12;

/** The package-level errors that init functions get from a constructor that isn't inlined: `var ErrX = fmt.Errorf(…)`. */
export function constructedSentinels(
  binary: GoBinary,
  inits: Iterable<number>,
  decode: (index: number) => Code | null,
): Sentinel[] {
  const { functions } = binary;
  const entries = new Set(
    CONSTRUCTORS.map((name) => functions.byName(name)).flatMap((i) => (i < 0 ? [] : [functions.entry(i)])),
  );
  const found: Sentinel[] = [];
  for (const index of entries.size > 0 ? inits : []) {
    const code = mayCall(binary, index, entries) ? decode(index) : null;
    for (let i = 0; code && i < code.count; i++) {
      if (code.flow[i] !== Flow.CALL || !entries.has(code.target[i]!)) continue;
      const address = storedAt(code, i + 1);
      if (address !== null) found.push({ address, itab: 0, data: null, made: pcOf(code, i) });
    }
  }
  return found;
}

/** True if the function's bytes have what could be a call (E8 rel32) of one of these. */
function mayCall({ image, functions }: GoBinary, index: number, entries: ReadonlySet<number>): boolean {
  const start = functions.entry(index);
  const bytes = image.bytes(start, functions.end(index) - start);
  if (!bytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(0xe8); at >= 0 && at + 5 <= bytes.length; at = bytes.indexOf(0xe8, at + 1))
    if (entries.has(start + at + 5 + view.getInt32(at + 1, true))) return true;
  return false;
}

/** Static address that the rows after a call store its first result at, before anything else can change it. */
function storedAt(code: Code, from: number): number | null {
  for (let i = from; i < Math.min(code.count, from + STORE_WINDOW); i++) {
    const stores =
      code.mnemonic[i] === Mnemonic.Mov &&
      code.base[i] === Reg.RIP &&
      code.kind[0][i] === Operand.MEMORY &&
      code.memorySize[i] === 8 &&
      code.register[1][i] === Reg.RAX;
    if (stores) return code.displacement[i]!;
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & (1 << Reg.RAX)) return null;
  }
  return null;
}

/** The load of a sentinel's itab; null for anything else that the scan found. */
export function sentinelLoad(code: Code, i: number): { register: number; address: number } | null {
  const loads =
    code.mnemonic[i] === Mnemonic.Mov &&
    code.base[i] === Reg.RIP &&
    code.kind[0][i] === Operand.REGISTER &&
    code.width[0][i] === 8 &&
    code.kind[1][i] === Operand.MEMORY;
  return loads ? { register: code.register[0][i]!, address: code.displacement[i]! } : null;
}

/** Functions that only compare with an error: errors.Is and its inner part, errors.As, and methods `Is(error) bool`. */
const COMPARES = /(^|\/)(x?errors\.(Is|is|As)|.*\)\.Is)$/;

/** True for an error that was there before, or a constant, as the argument of errors.Is: no use of it. */
export function isOnlyCompared({ code, values, callees }: Body, consumer: Consumer): boolean {
  if (consumer.kind !== "call" && consumer.kind !== "tailcall") return false;
  const value = values.get(consumer.value);
  const isThere =
    value.kind === "static" || (value.kind === "result" && value.i >= 0 && code.base[value.i] === Reg.RIP);
  return isThere && COMPARES.test(callees.of(code, consumer.i).name);
}

/** The uses of a sentinel: those of which the data word was loaded from the same variable. */
export function fromSentinel(
  { code, values }: Body,
  consumers: readonly Consumer[],
  address: number,
): Consumer[] {
  return consumers.filter(({ value }) => {
    const loaded = values.get(value);
    if (loaded.kind !== "result" || loaded.i < 0) return false;
    return code.base[loaded.i] === Reg.RIP && code.displacement[loaded.i] === address + 8;
  });
}
