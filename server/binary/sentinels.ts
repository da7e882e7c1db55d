import type { Body, Consumer } from "./body.ts";
import { type Code, Flow, isaOf, Mnemonic, Operand, pcOf, Reg } from "./code/index.ts";
import { PF_W } from "./elf.ts";
import type { Made } from "./function-sites.ts";
import type { GoBinary, Sentinel } from "./model.ts";
import { eachPointer } from "./pointers.ts";

/**
 * Package-level errors that the linker laid down: pairs of an itab of `error` and an address, in writable data. Those with
 * an itab of another interface that includes Error() are in `itabs` too. Go from 1.21 does so for `var ErrX = errors.New(…)`.
 */
export function staticSentinels(binary: GoBinary, itabs: ReadonlySet<number>): Map<number, Sentinel> {
  const found = new Map<number, Sentinel>();
  const { image } = binary;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const itab of itabs) {
    low = Math.min(low, itab);
    high = Math.max(high, itab);
  }
  const take = (address: number, itab: number) => {
    const data = itabs.has(itab) ? image.u64(address + 8) : null;
    if (data !== null && image.mapped(data)) found.set(address, { address, itab, data, made: null });
  };
  eachPointer(image, low, high + 1, take, ({ flags }) => (flags & PF_W) !== 0);
  return found;
}

/** The package-level errors that an init function makes: pairs stored at static addresses. */
export function madeSentinels(body: Body, made: readonly Made[]): Sentinel[] {
  const { code } = body;
  return made.flatMap(({ reference, consumers }) =>
    consumers.flatMap(({ kind, itab }) => {
      const isStatic =
        kind === "store" && code.base[itab.i] === Reg.RIP && code.kind[0][itab.i] === Operand.MEMORY;
      if (!isStatic || reference.itab === null || reference.any) return [];
      const address = code.displacement[itab.i]!;
      return [{ address, itab: reference.itab, data: null, made: pcOf(code, reference.i) }];
    }),
  );
}

/** Functions that give back a new error, in the first two result registers. */
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

function mayCall({ arch, image, functions }: GoBinary, index: number, entries: ReadonlySet<number>): boolean {
  const start = functions.entry(index);
  const bytes = image.bytes(start, functions.end(index) - start);
  return bytes !== null && isaOf(arch).mayCall(bytes, start, entries);
}

/** Static address that the rows after a call store its first result at, before anything else can change it. */
function storedAt(code: Code, from: number): number | null {
  const first = code.isa.arguments[0]!;
  for (let i = from; i < Math.min(code.count, from + STORE_WINDOW); i++) {
    const stores =
      code.mnemonic[i] === Mnemonic.Mov &&
      code.base[i] === Reg.RIP &&
      code.kind[0][i] === Operand.MEMORY &&
      code.memorySize[i] === 8 &&
      code.register[1][i] === first;
    if (stores) return code.displacement[i]!;
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & (1 << first)) return null;
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

/** The one function of the runtime's that takes an `any` of the program's: gopanic(e any). */
export const PANIC = "runtime.gopanic";

/** Functions that only compare with an error: errors.Is and its inner part, errors.As, and methods `Is(error) bool`. */
export const COMPARES = /(^|\/)(x?errors\.(Is|is|As)|.*\)\.Is)$/;

/** True for an error that was there before, or a constant, as the argument of errors.Is: no use of it. */
export function isOnlyCompared({ code, values, callees }: Body, consumer: Consumer): boolean {
  if (consumer.kind !== "call" && consumer.kind !== "tailcall") return false;
  const value = values.get(consumer.value);
  const isThere =
    value.kind === "static" || (value.kind === "result" && value.i >= 0 && code.base[value.i] === Reg.RIP);
  return isThere && COMPARES.test(callees.of(code, consumer.i).name);
}

/** True for a use of a sentinel: its data word was loaded from the same variable. A panic's event tells its own. */
export function isOfSentinel(
  { code, values, callees }: Body,
  { value, kind, i }: Consumer,
  address: number,
): boolean {
  if (kind === "call" && callees.of(code, i).name === PANIC) return false;
  const loaded = values.get(value);
  if (loaded.kind !== "result" || loaded.i < 0) return false;
  return code.base[loaded.i] === Reg.RIP && code.displacement[loaded.i] === address + 8;
}
