/**
 * `npm run bench:binary -- [PROGRAM]`: how long reading a large Go executable takes and how much memory, beside what Go's own
 * tools take for their part of it in the same run: `go tool nm` (lists functions) and `go tool objdump` (decodes all code).
 * PROGRAM is one of `npm run truth`'s (default prometheus: 100 MB stripped), built with Go 1.26.8. Best of three, and the
 * ratio to the peer.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, programs } from "../scripts/truth/programs.ts";
import { goCommand } from "../support/index.ts";

const wanted = process.argv[2] ?? "prometheus";
const program = programs.find(({ name, go }) => name === wanted && go === "1.26.8");
if (!program) {
  console.error(`no such program; there are ${[...new Set(programs.map((one) => one.name))].join(", ")}`);
  process.exit(2);
}

interface Measured {
  ms: number;
  kb: number;
}

const cache = mkdtempSync(join(tmpdir(), "errscope-bench-"));
const env = { ...process.env, XDG_CACHE_HOME: cache };

function ours(what: "read" | "cold" | "cached", file: string): Measured {
  const args = [join(import.meta.dirname, "binary-once.ts"), what, file];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function peer(tool: string, file: string): Measured {
  const started = performance.now();
  spawnSync(goCommand(), ["tool", tool, file], { stdio: ["ignore", "ignore", "inherit"] });
  return { ms: performance.now() - started, kb: 0 };
}

const best = (times: number, run: () => Measured): Measured => {
  const runs = Array.from({ length: times }, run);
  return { ms: Math.min(...runs.map((one) => one.ms)), kb: Math.max(...runs.map((one) => one.kb)) };
};

const built = build(program);
try {
  const { size } = statSync(built.stripped);
  readFileSync(built.stripped); // into the page cache, for all alike
  readFileSync(built.plain);
  ours("cached", built.stripped);
  const say = (label: string, { ms, kb }: Measured, than?: [string, Measured]) => {
    const ratio = than ? `${(ms / than[1].ms).toFixed(2)} x ${than[0]} (${Math.round(than[1].ms)} ms)` : "";
    const memory = kb > 0 ? `${Math.round(kb / 1024)} MB, ${((kb * 1024) / size).toFixed(1)} x the file` : "";
    console.log(
      `${label.padEnd(28)} ${String(Math.round(ms)).padStart(6)} ms  ${memory.padEnd(28)} ${ratio}`,
    );
  };
  console.log(
    `${program.name} ${program.module?.split("@")[1]}, go${program.go}, stripped: ${(size / 2 ** 20).toFixed(0)} MB`,
  );
  say(
    "functions, types and itabs",
    best(3, () => ours("read", built.stripped)),
    ["go tool nm", best(3, () => peer("nm", built.plain))],
  );
  say(
    "whole error map",
    best(3, () => ours("cold", built.stripped)),
    ["go tool objdump", peer("objdump", built.plain)],
  );
  say(
    "whole error map, from cache",
    best(3, () => ours("cached", built.stripped)),
  );
} finally {
  built.remove();
  rmSync(cache, { recursive: true, force: true });
}
