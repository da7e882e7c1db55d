/**
 * `npm run bench:kernel`: what watching system calls, the scheduler and goroutines costs a program that does little else, beside strace,
 * `perf trace -s` and a bpftrace script that asks the same (where they are installed), in the same run. Prints nanoseconds
 * and ratios to the untraced program, best of three.
 */
import { spawnSync } from "node:child_process";
import { buildGo, errscope } from "../support/index.ts";

const LOADS = {
  calls: 1_000_000,
  failures: 30_000,
  switches: 100_000,
  parks: 300_000,
  starts: 100_000,
} as const;
const program = buildGo({ dir: "tests/go/load" });
const has = (command: string) => spawnSync(command, ["--version"]).status === 0;

/** The same questions: how long calls take and which fail, and how long threads wait for a processor. */
const BPFTRACE = `
tracepoint:raw_syscalls:sys_enter /pid == cpid/ { @at[tid] = nsecs; }
tracepoint:raw_syscalls:sys_exit /pid == cpid/ {
  if (args->ret < 0) { @failed[args->id, args->ret] = count(); @took[args->id] = sum(nsecs - @at[tid]); }
}
tracepoint:sched:sched_wakeup { @woken[args->pid] = nsecs; }
tracepoint:sched:sched_switch {
  @off[args->prev_pid] = nsecs;
  if (@woken[args->next_pid]) { @waited[args->next_pid] = sum(nsecs - @woken[args->next_pid]); }
}
END { clear(@at); clear(@off); clear(@woken); clear(@failed); clear(@took); clear(@waited); }`;

const WAYS: Record<string, readonly string[]> = {
  untraced: [],
  "errscope --no-kernel": errscope("run", "--json", "--no-kernel", "--"),
  errscope: errscope("run", "--json", "--"),
  "errscope --goroutines": errscope("run", "--json", "--goroutines", "--"),
  ...(has("perf") ? { "perf trace -s": ["perf", "trace", "-s", "-o", "/dev/null"] } : {}),
  ...(has("bpftrace") ? { bpftrace: ["sh", "-c", `exec bpftrace -q -e '${BPFTRACE}' -c "$*"`, "sh"] } : {}),
  ...(has("strace") ? { "strace -c": ["strace", "-f", "-c", "-o", "/dev/null"] } : {}),
};

/** ns of one operation, or null if the program could not be run so. */
function once(way: readonly string[], load: string, times: number): number | null {
  const [command, ...args] = [...way, program, load, String(times)];
  const { stdout, stderr } = spawnSync(command!, args, { encoding: "utf8", maxBuffer: 1 << 30 });
  const match = /^ns: (\d+)$/m.exec(`${stdout}\n${stderr}`);
  return match ? Number(match[1]) : null;
}

for (const [load, times] of Object.entries(LOADS)) {
  let plain = 0;
  for (const [name, way] of Object.entries(WAYS)) {
    const runs = [1, 2, 3].flatMap(
      () => once(way, load, name === "strace -c" ? Math.ceil(times / 10) : times) ?? [],
    );
    const label = `${load.padEnd(10)} ${name.padEnd(22)}`;
    if (runs.length === 0) {
      console.log(`${label} could not be run here`);
      continue;
    }
    const best = Math.min(...runs);
    if (name === "untraced") plain = best;
    console.log(`${label} ${String(best).padStart(8)} ns  ${(best / plain).toFixed(2)} x`);
  }
}
