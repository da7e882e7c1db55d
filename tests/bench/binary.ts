/**
 * `npm run bench:binary -- [PROGRAM | PLAIN STRIPPED]`: how long reading a large Go executable takes and how much memory, beside
 * what Go's own tools take for their part of it in the same run: `go tool nm` (lists functions) and `go tool objdump` (decodes
 * all code). PROGRAM is one of `npm run truth`'s (default prometheus: 100 MB stripped), built with Go 1.26.8; PLAIN and
 * STRIPPED are executables that were built before. Times are of whole processes, from start to end, by the clock, then
 * by user and system time: the best of three runs; of objdump, which takes far longer, of one.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build, programs } from "../scripts/truth/programs.ts";
import { goCommand } from "../support/index.ts";

interface Files {
  plain: string;
  stripped: string;
  remove(): void;
}

function files(wanted = "prometheus", stripped = ""): Files {
  if (stripped) return { plain: wanted, stripped, remove: () => {} };
  const program = programs.find(({ name, go }) => name === wanted && go === "1.26.8");
  if (program) return build(program);
  console.error(`no such program; there are ${[...new Set(programs.map((one) => one.name))].join(", ")}`);
  process.exit(2);
}

interface Measured {
  /** From start to end of the process. */
  ms: number;
  /** User and system time. */
  cpuMs: number;
  /** Without the start of Node. */
  ownMs: number;
  /** Peak of the memory; 0 where that isn't measured. */
  kb: number;
}

const cache = mkdtempSync(join(tmpdir(), "errscope-bench-"));
const env = { ...process.env, XDG_CACHE_HOME: cache, NODE_COMPILE_CACHE: join(cache, "node") };

/** POSIX: `times` prints user and system time of the shell, then of its children. */
function timed(command: string, ...args: string[]): Measured & { stdout: string } {
  const started = performance.now();
  const script = 'out=$1; shift; "$@" > "$out"; times >&2';
  const out = join(cache, "out");
  const { stderr } = spawnSync("sh", ["-c", script, "sh", out, command, ...args], { encoding: "utf8", env });
  const ms = performance.now() - started;
  const children = stderr.trim().split("\n").at(-1) ?? "";
  const cpuMs = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60e3 + Number(s) * 1e3,
    0,
  );
  return { ms, cpuMs, ownMs: ms, kb: 0, stdout: out };
}

type Mode = "functions" | "read" | "code" | "cold" | "cached";

function ours(what: Mode, file: string): Measured {
  const helpers = `--v8-pool-size=${Math.min(4, availableParallelism())}`; // as errscope.sh starts it
  const run = timed(process.execPath, helpers, join(import.meta.dirname, "binary-once.ts"), what, file);
  const said = JSON.parse(readFileSync(run.stdout, "utf8")) as { ms: number; kb: number };
  return { ...run, ownMs: said.ms, kb: said.kb };
}

const best = (run: () => Measured, times = 3): Measured => {
  const runs = Array.from({ length: times }, run);
  const least = (of: (one: Measured) => number) => Math.min(...runs.map(of));
  return {
    ms: least((one) => one.ms),
    cpuMs: least((one) => one.cpuMs),
    ownMs: least((one) => one.ownMs),
    kb: Math.max(...runs.map((one) => one.kb)),
  };
};

const { plain, stripped, remove } = files(process.argv[2], process.argv[3]);
try {
  const { size } = statSync(stripped);
  readFileSync(stripped); // into the page cache, for all alike
  readFileSync(plain);
  const seconds = (ms: number) => (ms / 1000).toFixed(2).padStart(6);
  const say = (label: string, { ms, cpuMs, ownMs, kb }: Measured) => {
    const memory =
      kb > 0 ? `${Math.round(kb / 1024)} MiB, ${((kb * 1024) / size).toFixed(1)} x the file` : "";
    console.log(`${label.padEnd(32)} ${seconds(ms)} ${seconds(ownMs)} ${seconds(cpuMs)}  ${memory}`);
  };
  console.log(`${basename(stripped)}, stripped: ${(size / 1e6).toFixed(0)} MB`);
  console.log(
    `${"seconds".padEnd(32)} ${["clock", "own", "user+s"].map((head) => head.padStart(6)).join(" ")}`,
  );
  ours("cached", stripped);
  const mine = (label: string, what: Mode) =>
    say(
      label,
      best(() => ours(what, stripped)),
    );
  mine("functions", "functions");
  say(
    "  go tool nm",
    best(() => timed(goCommand(), "tool", "nm", plain)),
  );
  mine("functions, types and itabs", "read");
  mine("all code decoded", "code");
  say("  go tool objdump", timed(goCommand(), "tool", "objdump", plain));
  mine("whole error map", "cold");
  mine("whole error map, from cache", "cached");
} finally {
  remove();
  rmSync(cache, { recursive: true, force: true });
}
