import { type Code, Flow, Mnemonic, Operand, pcOf, Reg } from "./code/index.ts";
import type { GoBinary, Location, Site } from "./model.ts";
import { probeAt, siteAt } from "./site-at.ts";
import { codeOf, type Decode } from "./sites-runtime.ts";
import { typeCalled } from "./type-search.ts";

/**
 * The Err methods of contexts that can be cancelled; those of types that embed cancelCtx are wrappers, which may hold its code. From
 * Go 1.25 on the error is an atomic.Value, whose data word is only loaded where there is an error (context/context.go,
 * sync/atomic/value.go, Go 1.25 to 1.27). Before, all calls of Err run the same instructions, cancelled or not: a probe there would
 * be paid by each.
 */
const METHODS = ["cancelCtx", "timerCtx", "afterFuncCtx"].map((type) => `context.(*${type}).Err`);
const SINCE = 25;
/** Rows behind the load that are looked at. */
const MAX_ROWS = 8;

/**
 * Where a cancelled context says so: what Err gives (op `cancelled`), then the cause that it was cancelled with (op `cause`).
 * Nothing where the code doesn't look as expected.
 */
export function contextSites(binary: GoBinary, decode: Decode): Site[] {
  const offsets = binary.arch !== "amd64" || binary.goMinor < SINCE ? null : offsetsOf(binary);
  if (!offsets) return [];
  return METHODS.flatMap((name) => {
    const code = codeOf(binary, decode, name);
    return code ? sitesOf(binary, code, offsets) : [];
  });
}

interface Offsets {
  err: number;
  cause: number;
}

/** Of the fields of context.cancelCtx. */
function offsetsOf({ types, errorInterface }: GoBinary): Offsets | null {
  const type = typeCalled(types, "context.cancelCtx", "struct");
  const err = type?.fields.find((field) => field.name === "err");
  const cause = type?.fields.find((field) => field.name === "cause");
  if (!err || !cause || cause.type !== errorInterface) return null;
  return types.get(err.type)?.name === "atomic.Value" ? { err: err.offset, cause: cause.offset } : null;
}

function sitesOf(binary: GoBinary, code: Code, { err, cause }: Offsets): Site[] {
  for (let i = 0; i < code.count; i++) {
    if (!isLoad(code, i, err + 8)) continue;
    const context = code.base[i]!;
    const typed = Array.from({ length: i }, (_, row) => row).some(
      (row) => isLoad(code, row, err) && code.base[row] === context,
    );
    const rows = typed ? rowsWith(code, i, context) : [];
    const [first, second] = bestTwo(binary, code, rows);
    if (first === undefined || second === undefined) continue;
    const at = (disp: number): Location => ({ kind: "mem", reg: context, disp });
    const site = (i: number, about: Pick<Site, "op" | "word0" | "word1" | "eface">) =>
      siteAt(binary, code, i, { ...about, shared: true, consumer: "ret" });
    const sites = [
      site(first, { op: "cancelled", word0: at(err), word1: at(err + 8), eface: true }),
      site(second, { op: "cause", word0: at(cause), word1: at(cause + 8), eface: false }),
    ];
    return sites.flatMap((site) => site ?? []);
  }
  return [];
}

const isLoad = (code: Code, i: number, displacement: number): boolean =>
  code.mnemonic[i] === Mnemonic.Mov &&
  code.kind[1][i] === Operand.MEMORY &&
  code.memorySize[i] === 8 &&
  code.displacement[i] === displacement &&
  code.index[i] === Reg.NONE &&
  code.base[i]! < 16 &&
  code.base[i] !== Reg.RSP;

/** The rows from `from` on that surely follow it, with the register as it is there. */
function rowsWith(code: Code, from: number, register: number): number[] {
  const rows: number[] = [];
  for (let i = from; i < Math.min(code.count, from + MAX_ROWS); i++) {
    if (isTarget(code, i) && i !== from) break;
    rows.push(i);
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & (1 << register)) break;
  }
  return rows;
}

const isTarget = (code: Code, row: number): boolean => code.target.includes(pcOf(code, row));

/** Two rows that can be probed, in order; those that the kernel emulates are cheaper. */
function bestTwo(binary: GoBinary, code: Code, rows: readonly number[]): number[] {
  const usable = rows.filter((i) => probeAt(binary, code, i) !== "refused");
  const cost = (i: number) => (probeAt(binary, code, i) === "emulated" ? 0 : 1);
  return usable
    .toSorted((a, b) => cost(a) - cost(b) || a - b)
    .slice(0, 2)
    .sort((a, b) => a - b);
}
