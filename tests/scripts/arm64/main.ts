/**
 * Runs arm64 programs under qemu with a breakpoint at every planned probe, and looks whether what is there is what was planned:
 * the itab where the plan says so, an object that its type can be read of, g in its register, and a stack that leads to the
 * goroutine's start by the rules of bpf/stack.bpf.h.
 *
 *   node tests/scripts/arm64/main.ts QEMU PROGRAM [ARGUMENT…]     QEMU: qemu-aarch64 (Debian: package qemu-user-static)
 *
 * Prints counts; exit status 1 if anything is otherwise than planned, or no probe was hit.
 */
import { readFileSync } from "node:fs";
import { buildErrorMap, type Location, readGoBinary, type Site } from "../../../server/binary/index.ts";
import { type Stop, Stub } from "./stub.ts";

const [, , qemu, program, ...args] = process.argv;
if (!qemu || !program) throw new Error("name qemu-aarch64 and a program");
const map = buildErrorMap(readGoBinary(readFileSync(program)));
const { binary, facts, plan } = map;
const { functions, itabs, types } = binary;
const known = new Map(itabs.map((itab) => [BigInt(itab.address), itab]));

/** qemu goes through all breakpoints for each piece of code that it translates: of more sites, only every n-th has one. */
const MAX_PROBES = 6_500;
const MAX_HITS = 20_000;
const MAX_FRAMES = 200;
const FP = 29;
const LINK = 30;
const G = 28;
const SP = 31;

const every = Math.ceil(plan.sites.length / MAX_PROBES);
const sites = new Map(plan.sites.filter((_, k) => k % every === 0).map((site) => [BigInt(site.pc), site]));

const counts: Record<string, number> = {};
const wrong: string[] = [];
const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};
const fail = (what: string, { pc, op }: Site) => {
  count(`WRONG ${what}`);
  wrong.push(`${what}: ${op} at 0x${pc.toString(16)} in ${functions.frames(pc).at(-1)?.function}`);
};

async function valueAt(stub: Stub, stop: Stop, location: Location): Promise<bigint | null> {
  switch (location.kind) {
    case "reg":
      return stop.registers[location.reg]!;
    case "addr":
      return stop.registers[location.reg]! + BigInt(location.disp);
    case "mem":
      return stub.word(stop.registers[location.reg]! + BigInt(location.disp));
    case "const":
      return BigInt(location.address);
    case "none":
      return 0n;
    default:
      return null;
  }
}

/** As bpf/stack.bpf.h: return addresses, the innermost first. */
async function stackOf(stub: Stub, { registers }: Stop, spDelta: number): Promise<bigint[] | null> {
  const frames: bigint[] = [];
  const sp = registers[SP]!;
  let fp = registers[FP]!;
  if (spDelta === 0) frames.push(registers[LINK]!);
  else if (fp !== sp - 8n) frames.push((await stub.word(sp)) ?? 0n);
  while (fp !== 0n && frames.length < MAX_FRAMES) {
    const [next, caller] = [await stub.word(fp), await stub.word(fp + 8n)];
    if (next === null || caller === null) return null;
    if (caller !== 0n) frames.push(caller);
    if (next !== 0n && next <= fp) break;
    fp = next;
  }
  return frames;
}

async function check(stub: Stub, stop: Stop, site: Site): Promise<void> {
  count(`hits ${site.op}`);
  const [word0, word1] = [await valueAt(stub, stop, site.word0), await valueAt(stub, stop, site.word1)];
  if (word0 === null || word1 === null) return fail("a word that isn't mapped", site);
  const wanted = site.origins.map((origin) => BigInt(origin.itab)).filter((itab) => itab !== 0n);
  const isError = known.has(word0);
  if (wanted.length > 0 && !site.eface) {
    if (wanted.includes(word0)) count("first word as planned");
    else if (!site.shared) fail("another first word", site);
    else count("first word another, where other paths come too");
  }
  if (isError && (wanted.includes(word0) || site.op === "return")) {
    const itab = known.get(word0)!;
    const type = types.get(itab.concreteType)!;
    const size = type.kind === "ptr" ? (types.get(type.elem)?.size ?? 0) : type.size;
    if (word1 !== 0n && size > 0 && !(await stub.memory(word1, Math.min(size, 64))))
      fail("an object that isn't mapped", site);
    else count("object readable");
    if (type.name === "*errors.errorString") {
      const [text, length] = [await stub.word(word1), await stub.word(word1 + 8n)];
      const bytes = length !== null && length < 4096n ? await stub.memory(text ?? 0n, Number(length)) : null;
      if (bytes && !/[\0-\x08\ufffd]/.test(bytes.toString("utf8"))) count("texts of errors.errorString read");
      else fail("no text in an errors.errorString", site);
    }
  }
  const goid = facts.goid === null ? null : await stub.word(stop.registers[G]! + BigInt(facts.goid));
  if (goid !== null && goid < 1_000_000n) count("g with a goroutine's number");
  else fail("g", site);
  const frames = site.spDelta === null ? null : await stackOf(stub, stop, site.spDelta);
  const names = (frames ?? []).map((pc) => functions.frames(Number(pc) - 1).at(-1)?.function ?? "?");
  const last = names.at(-1) ?? "";
  if (
    frames &&
    !names.includes("?") &&
    /^runtime\.(goexit|main$|mstart|rt0_go|systemstack|morestack|mcall)/.test(last)
  )
    count("stacks that lead to their start");
  else fail(`a stack that ends at ${last} (${names.slice(0, 4)})`, site);
}

const port = 20_000 + (process.pid % 20_000);
const env = { ...process.env, GODEBUG: "asyncpreemptoff=1", GOMAXPROCS: "1" };
const stub = await Stub.start(qemu, [program, ...args], port, env);
let hits = 0;
try {
  for (const site of sites.values()) await stub.breakAt(site.pc);
  for (let stop = await stub.run(null); stop && hits < MAX_HITS; ) {
    const site = sites.get(stop.pc);
    if (!site) {
      stop = await stub.run(null);
      continue;
    }
    hits++;
    await check(stub, stop, site);
    await stub.unbreak(site.pc);
    const after: Stop | null = await stub.run(stub.thread);
    await stub.breakAt(site.pc);
    // the next instruction may have a probe itself
    stop = after && !sites.has(after.pc) ? await stub.run(null) : after;
  }
} finally {
  stub.stop();
}
console.log(
  `${program}: ${sites.size} of ${plan.sites.length} probes, ${hits} hits of ${new Set(wrong).size} wrong kinds`,
);
for (const [what, n] of Object.entries(counts).sort()) console.log(`  ${n} ${what}`);
for (const text of new Set(wrong)) console.error(text);
if (hits === 0) console.error("no probe was hit: nothing was checked");
process.exitCode = wrong.length > 0 || hits === 0 ? 1 : 0;
