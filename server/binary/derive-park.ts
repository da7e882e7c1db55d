import { indexOfBytes } from "./bytes.ts";
import { type Code, GENERAL, Mnemonic, Operand } from "./code/index.ts";
import { PF_W, PF_X } from "./elf.ts";
import type { Derivation, GoBinary, ParkFacts } from "./model.ts";
import { eachPointer } from "./pointers.ts";

/** What runtime.gopark tells of the runtime's structs, and the texts of its reasons. Null with the reason in words. */
export function derivePark(
  binary: GoBinary,
  decode: (name: string) => Code | null,
  goid: number | null,
): { park: ParkFacts | null; derivation: Derivation } {
  const say = (value: string, checked: boolean, note?: string): Derivation => ({
    name: "g.waitreason",
    value,
    from: "machine code of runtime.gopark",
    checked,
    ...(note ? { note } : {}),
  });
  const code = decode("runtime.gopark");
  const offsets = code && offsetsIn(code);
  if (!offsets)
    return { park: null, derivation: say("not determined", false, "runtime.gopark looks different") };
  // In all versions the fields between are schedlink and waitsince (runtime/runtime2.go, Go 1.17 to 1.27).
  if (goid === null || offsets.waitReason !== goid + 24) {
    const note = `it is at ${offsets.waitReason}, not 24 bytes behind goid`;
    return { park: null, derivation: say("not determined", false, note) };
  }
  const reasons = waitReasons(binary);
  if (!reasons)
    return {
      park: null,
      derivation: say("not determined", false, "the texts of the reasons were not found"),
    };
  return {
    park: { ...offsets, reasons },
    derivation: say(String(offsets.waitReason), true, `${reasons.length} reasons`),
  };
}

/**
 * gopark(unlockf, lock, reason, …) gets m from g, the goroutine from m.curg, and stores the reason (its third argument) in it, as a
 * byte. Source: runtime/proc.go, Go 1.17 to 1.27; ABIInternal.
 */
function offsetsIn(code: Code): Omit<ParkFacts, "reasons"> | null {
  for (let i = 0; i < code.count; i++) {
    const stores =
      code.mnemonic[i] === Mnemonic.Mov &&
      code.kind[0][i] === Operand.MEMORY &&
      code.memorySize[i] === 1 &&
      code.register[1][i] === code.isa.arguments[2] &&
      code.base[i] !== code.isa.sp;
    if (!stores) continue;
    const curg = loadOf(code, i, code.base[i]!);
    const m = curg < 0 ? -1 : loadOf(code, curg, code.base[curg]!);
    if (m < 0 || code.base[m] !== code.isa.g) return null;
    return { waitReason: code.displacement[i]!, gM: code.displacement[m]!, mCurg: code.displacement[curg]! };
  }
  return null;
}

/** Row of the 8-byte load that wrote the register last before row `i`; -1 if something else did. */
function loadOf(code: Code, i: number, register: number): number {
  for (let at = i - 1; at >= 0; at--) {
    if (register >= GENERAL || !(code.writes[at]! & (1 << register))) continue;
    const loads =
      code.mnemonic[at] === Mnemonic.Mov && code.kind[1][at] === Operand.MEMORY && code.memorySize[at] === 8;
    return loads ? at : -1;
  }
  return -1;
}

/** The first reason that has a text, in all of Go 1.11 to 1.27. */
const FIRST = "GC assist marking";
const MAX_REASONS = 64;
const MAX_TEXT = 64;

/** runtime.waitReasonStrings: an array of strings whose first is empty and whose second is `FIRST`. */
function waitReasons(binary: GoBinary): string[] | null {
  const { image } = binary;
  const texts = new Set<number>();
  const wanted = new TextEncoder().encode(FIRST);
  for (const { address, fileSize, flags } of image.segments) {
    const bytes = flags & PF_X ? null : image.bytes(address, fileSize);
    for (
      let at = bytes ? indexOfBytes(bytes, wanted) : -1;
      bytes && at >= 0;
      at = indexOfBytes(bytes, wanted, at + 1)
    )
      texts.add(address + at);
  }
  let array: number | null = null;
  const take = (where: number, target: number) => {
    if (array !== null || !texts.has(target)) return;
    const isFirstEmpty = image.u64(where - 16) === 0 && image.u64(where - 8) === 0;
    if (isFirstEmpty && image.u64(where + 8) === FIRST.length) array = where - 16;
  };
  // a variable: what can be written is a small part of the data
  eachPointer(image, Math.min(...texts), Math.max(...texts) + 1, take, ({ flags }) => (flags & PF_W) !== 0);
  return array === null ? null : readReasons(binary, array);
}

function readReasons({ image }: GoBinary, array: number): string[] {
  const reasons = [""];
  for (let i = 1; i < MAX_REASONS; i++) {
    const pointer = image.u64(array + 16 * i);
    const length = image.u64(array + 16 * i + 8);
    if (!pointer || !length || length > MAX_TEXT) break;
    const bytes = image.bytes(pointer, length);
    if (!bytes) break;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    if (!/^[ -~]+$/.test(text)) break;
    reasons.push(text);
  }
  return reasons;
}
