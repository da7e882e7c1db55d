import { type Code, Flow, isaOf, Mnemonic, Operand, Reg } from "./code/index.ts";
import type { GoBinary, Site } from "./model.ts";
import { siteAt } from "./site-at.ts";
import { codeOf, type Decode } from "./sites-runtime.ts";

/**
 * What errgroup.Group runs a function in: `if err := f(); err != nil { g.errOnce.Do(func() { g.err = err; … }) }`. Source:
 * golang.org/x/sync/errgroup, v0.1.0 to v0.24.0.
 */
const RUNNERS = ["Go.func1", "TryGo.func1"].map((name) => `golang.org/x/sync/errgroup.(*Group).${name}`);

/**
 * Where a group is given a function's error (op `grouped`), and right behind it where the error that it keeps already can be
 * read, nil if there is none yet (op `kept`). Nothing where the code doesn't look as expected.
 */
export function errgroupSites(binary: GoBinary, decode: Decode): Site[] {
  if (binary.arch !== "amd64" || binary.goMinor < isaOf("amd64").registerAbi) return [];
  return RUNNERS.flatMap((name) => {
    const code = codeOf(binary, decode, name);
    const inner = codeOf(binary, decode, `${name}.1`);
    const found = code && inner && look(binary, code, inner);
    return found ? sitesOf(binary, code, found) : [];
  });
}

interface Found {
  /** Row of the load of `g.errOnce.done`, and of the jump that it decides. */
  load: number;
  jump: number;
  /** The register that leads to the group, and where the error is from there. */
  group: number;
  err: number;
}

function look(binary: GoBinary, code: Code, inner: Code): Found | null {
  const slow = binary.functions.byName("sync.(*Once).doSlow");
  const entry = slow < 0 ? -1 : binary.functions.entry(slow);
  const call = rowsOf(code).find((i) => code.flow[i] === Flow.CALL && code.target[i] === entry);
  const err = keeps(inner);
  if (call === undefined || err === null) return null;
  const jump = before(call, (i) => code.flow[i] === Flow.CONDITIONAL);
  // MOV r, [group + done]; TEST r, r; JNE
  const load = jump < 2 ? -1 : jump - 2;
  const isLoad =
    load >= 0 && code.mnemonic[load] === Mnemonic.Mov && code.memorySize[load] === 4 && code.base[load]! < 16;
  if (!isLoad || code.mnemonic[jump - 1] !== Mnemonic.Test) return null;
  const once = code.displacement[load]!;
  const group = code.base[load]!;
  const given = rowsOf(code).some(
    (i) =>
      i > jump &&
      i < call &&
      code.mnemonic[i] === Mnemonic.Lea &&
      code.base[i] === group &&
      code.displacement[i] === once,
  );
  // behind sync.Once, of 12 bytes
  if (!given || err <= once || err > once + 32 || code.writes[load]! & (1 << group)) return null;
  return { load, jump, group, err };
}

/** Offset in the group of the two words that the function of Once stores. */
function keeps(inner: Code): number | null {
  const stores = rowsOf(inner).filter(
    (i) =>
      inner.mnemonic[i] === Mnemonic.Mov &&
      inner.kind[0][i] === Operand.MEMORY &&
      inner.memorySize[i] === 8 &&
      inner.base[i]! < 16 &&
      inner.base[i] !== Reg.RSP &&
      inner.base[i] !== Reg.R11, // the write barrier's buffer
  );
  const offsets = new Set(stores.map((i) => inner.displacement[i]!));
  const firsts = [...offsets].filter((offset) => offsets.has(offset + 8));
  return firsts.length === 1 ? firsts[0]! : null;
}

function sitesOf(binary: GoBinary, code: Code, { load, jump, group, err }: Found): Site[] {
  const [first, data] = isaOf("amd64").arguments as [number, number];
  const call = before(load, (i) => code.flow[i] === Flow.INDIRECT_CALL);
  if (call < 0) return [];
  const untouched = rowsOf(code).every(
    (i) => i <= call || i >= load || !(code.writes[i]! & ((1 << first) | (1 << data))),
  );
  if (!untouched) return [];
  // nil most of the time, and of any type
  const about = { shared: true, consumer: "store", eface: false } as const;
  const grouped = siteAt(binary, code, load, {
    ...about,
    op: "grouped",
    word0: { kind: "reg", reg: first },
    word1: { kind: "reg", reg: data },
  });
  const kept = siteAt(binary, code, jump, {
    ...about,
    op: "kept",
    word0: { kind: "mem", reg: group, disp: err },
    word1: { kind: "mem", reg: group, disp: err + 8 },
  });
  return grouped && kept ? [grouped, kept] : [];
}

const rowsOf = (code: Code): number[] => Array.from({ length: code.count }, (_, i) => i);

function before(row: number, is: (i: number) => boolean): number {
  for (let i = row - 1; i >= 0; i--) if (is(i)) return i;
  return -1;
}
