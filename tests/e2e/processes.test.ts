/** Short lives, exec, replaced executables, many processes of one file, and leaving a busy one as it was. */
import { copyFileSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Collector } from "../../server/collector/index.ts";
import type { Counters, ErrorEvent, Event } from "../../server/events/index.ts";
import {
  buildGo,
  errscope,
  eventsOf,
  eventsSoFar,
  gate,
  memoryOf,
  type Program,
  Programs,
  parseEvents,
  run,
  tempDir,
  until,
} from "../support/index.ts";

const lives = buildGo({ dir: "tests/go/lives", go: "1.26.8", form: "stripped" });
const newer = buildGo({ dir: "tests/go/lives", go: "1.27.1", form: "pie-stripped" });
const programs = new Programs();
const start = programs.start.bind(programs);
afterEach(() => programs.end());

const whole = (traced: Program) => eventsSoFar(traced.stdout);
/** Of the errors that the program itself makes: when, in which process by its own account and by ours. */
const lived = (events: readonly Event[]) =>
  (events.filter((event) => event.kind === "error") as ErrorEvent[])
    .filter((event) => event.error.type === "*main.Lived")
    .map(({ error, process }) => ({ stage: error.fields.Stage, own: error.fields.Pid, pid: process.pid }));
const stages = (events: readonly Event[], pid: number) =>
  lived(events)
    .filter((one) => one.pid === pid)
    .map((one) => one.stage);
const attached = (events: readonly Event[]) => eventsOf(events, "attach");

describe("short lives", () => {
  /** A shell that runs the program, waits for a word, and runs it twice more. */
  async function thrice(flags: readonly string[]): Promise<Event[]> {
    const { wait, open } = gate();
    const script = `"${lives}" once; ${wait}; "${lives}" once; "${lives}" once; true`;
    const follows = flags.includes("--follow");
    const traced = start(
      follows
        ? errscope("run", "--json", "--init", ...flags, "--", "sh", "-c", script)
        : errscope("attach", "--json", "--init", ...flags),
    );
    if (!follows) {
      await traced.waitFor(/nothing matches yet/);
      start(["sh", "-c", script]);
    }
    await until("the first was told of", () => attached(whole(traced)).length > 0);
    open();
    // with --name the end of the first may have come before anybody watched it
    const least = follows ? 3 : 2;
    await until("all three ended", () => eventsOf(whole(traced), "exit").length >= least);
    await (follows ? traced.ended : traced.stop("SIGINT"));
    return whole(traced);
  }

  test("--follow: of the first child what was missed is said, later ones are traced from before main", async () => {
    const events = await thrice(["--follow"]);
    const [first, second, third] = attached(events);
    expect(first!.lateNs).toBeGreaterThan(0);
    for (const one of [second!, third!]) {
      expect(one).not.toHaveProperty("lateNs");
      const { pid } = one.process;
      expect(stages(events, pid)).toEqual(["before main", "in main"]);
      // the failed call was told of before anything else was known of the process
      const opened = eventsOf(events, "error").find(
        (event) => event.process.pid === pid && event.error.type === "*fs.PathError",
      );
      expect(opened!.kernel).toMatchObject({ syscall: "openat", path: `/no such file/${pid}` });
    }
    expect(eventsOf(events, "exit").map(({ code }) => code)).toEqual([3, 3, 3]);
    for (const { own, pid } of lived(events)) expect(own).toBe(pid);
  });

  test("--follow: the first program may be a script", async () => {
    const script = join(tempDir("script"), "once.sh");
    writeFileSync(script, `#!/bin/sh\n"${lives}" once\n`, { mode: 0o755 });
    const { stdout, stderr, status } = await run(errscope("run", "--json", "--follow", "--", script));
    expect(status, stderr).toBe(3);
    expect(eventsOf(parseEvents(stdout), "exit")).toMatchObject([{ code: 3, process: { exe: lives } }]);
  });

  test("--name: the same", async () => {
    const events = await thrice(["--name", "lives"]);
    expect(attached(events)[0]!.lateNs).toBeGreaterThan(0);
    for (const { process } of attached(events).slice(1))
      expect(stages(events, process.pid)).toEqual(["before main", "in main"]);
    expect(attached(events)).toHaveLength(3);
  });

  test("--exe: from the first one on", async () => {
    const traced = start(errscope("attach", "--json", "--init", "--exe", newer));
    await traced.waitFor(/nothing matches yet/);
    const { status } = await run([newer, "once"]);
    expect(status).toBe(3);
    await until("it was told of", () => attached(whole(traced)).length > 0);
    expect((await traced.stop("SIGINT")).status).toBe(0);
    const events = whole(traced);
    expect(attached(events)).toEqual([expect.not.objectContaining({ lateNs: expect.anything() })]);
    expect(lived(events).map((one) => one.stage)).toEqual(["before main", "in main"]);
  });

  test("processes of the same file that nobody follows are left out", async () => {
    const other = start([lives, "wait"]);
    await other.waitFor(/waiting/);
    const { stdout } = await run(errscope("run", "--json", "--follow", "--", lives, "exec", lives, "once"));
    const events = parseEvents(stdout);
    expect(lived(events)).toHaveLength(2);
    expect(lived(events).every((one) => one.pid !== other.pid)).toBe(true);
    expect((await other.stop("SIGTERM")).status).toBe(5);
  });
});

test("attach --pid --follow: a child of the same file is traced from before main", async () => {
  const program = start([lives, "wait"]);
  await program.waitFor(/waiting/);
  const traced = start(errscope("attach", "--json", "--init", "--follow", "--pid", String(program.pid)));
  await until("an error came", () => lived(whole(traced)).length > 0);
  program.child.kill("SIGUSR1");
  await program.waitFor(/its child: exit status 3/);
  await until("its end was told of", () => eventsOf(whole(traced), "exit").length > 0);
  expect((await traced.stop("SIGINT")).status).toBe(0);
  const events = whole(traced);
  const [, child] = attached(events);
  expect(child).not.toHaveProperty("lateNs");
  expect(stages(events, child!.process.pid)).toEqual(["before main", "in main"]);
  expect(eventsOf(events, "exit")).toMatchObject([{ code: 3, process: { pid: child!.process.pid } }]);
});

describe("exec", () => {
  test("a program that becomes itself, then another one, is traced all along", async () => {
    const { stdout, status } = await run(
      errscope("run", "--json", "--init", "--follow", "--", lives, "exec", lives, "exec", newer, "once"),
    );
    expect(status).toBe(3);
    const events = parseEvents(stdout);
    const [first, last] = attached(events);
    expect(stages(events, first!.process.pid).slice(0, 4)).toEqual([
      "before main",
      "in main",
      "before main",
      "in main",
    ]);
    // the first process of the other file: what its probes came too late for is said
    expect(last!.process).toMatchObject({ pid: first!.process.pid, exe: newer });
    expect(last!.lateNs).toBeGreaterThan(0);
    const buildIds = new Set(events.flatMap((event) => (event.kind === "error" ? [event.process.exe] : [])));
    expect([...buildIds][0]).toBe(lives);
  });

  test.each([
    ["another Go program", [newer, "once"], newer],
    ["itself", [lives, "once"], lives],
    ["another one, then that one anew", [newer, "exec", newer, "once"], newer],
  ])("becomes %s that ends at once: the exit is that program's", async (_, args, exe) => {
    const { stdout, status } = await run(errscope("run", "--json", "--follow", "--", lives, "exec", ...args));
    expect(status).toBe(3);
    const exits = eventsOf(parseEvents(stdout), "exit");
    expect(exits).toMatchObject([{ code: 3, process: { exe } }]);
  });

  test("becomes a program that isn't traced: its exit isn't told as the old one's", async () => {
    const { stdout, stderr } = await run(
      errscope("run", "--json", "--follow", "--", lives, "exec", "/bin/sh", "-c", "exit 4"),
    );
    expect(eventsOf(parseEvents(stdout), "exit")).toEqual([]);
    expect(stderr).toMatch(/is not traced any more: it became .*sh by exec/);
  });

  test("becomes another Go program that goes on: errscope ends with it", async () => {
    const traced = start(errscope("run", "--json", "--follow", "--", lives, "exec", newer, "wait"));
    await until("the new one was read", () => attached(whole(traced)).length === 2);
    process.kill(attached(whole(traced))[1]!.process.pid, "SIGTERM");
    expect((await traced.ended).status).toBe(5);
  });

  test("becomes one, and yet another before that one has been read: errscope ends with the last", async () => {
    const folder = tempDir("passing");
    const file = join(folder, "lives");
    const passing = join(folder, "passing");
    // of a content that no analysis is kept of
    writeFileSync(passing, Buffer.concat([readFileSync(newer), Buffer.from(folder), Buffer.alloc(1 << 28)]), {
      mode: 0o755,
    });
    symlinkSync(passing, file);
    const traced = start(errscope("run", "--json", "--follow", "--", lives, "exec", file, "wait"));
    const pid = Number((await traced.waitFor(/waiting as (\d+)/))[1]);
    symlinkSync(lives, `${file}.new`);
    renameSync(`${file}.new`, file);
    await new Promise((done) => setTimeout(done, 100)); // it is being read
    process.kill(pid, "SIGHUP");
    await traced.waitFor(/waiting as \d+\n[\s\S]*waiting as \d+\n/);
    const errorsOf = (exe: string) =>
      whole(traced).filter((event) => event.kind === "error" && event.process.exe === exe).length;
    const before = errorsOf(lives);
    await until("the last one's errors came", () => errorsOf(lives) > before + 20);
    process.kill(pid, "SIGTERM");
    expect((await traced.ended).status).toBe(5);
    expect(eventsOf(whole(traced), "exit")).toMatchObject([{ code: 5, process: { pid, exe: lives } }]);
  });

  test("attach --pid without --follow: says that it became something else, and that this isn't traced", async () => {
    const file = join(tempDir("exec"), "lives");
    copyFileSync(lives, file);
    const program = start([file, "wait"]);
    await program.waitFor(/waiting/);
    const traced = start(errscope("attach", "--json", "--pid", String(program.pid)));
    await until("an error came", () => lived(whole(traced)).length > 0);
    copyFileSync(newer, `${file}.new`);
    renameSync(`${file}.new`, file);
    program.child.kill("SIGHUP");
    const { stderr, status } = await traced.ended;
    expect(status).toBe(0);
    expect(stderr).toContain(`is not traced any more: it became ${file} by exec: --follow traces that too`);
    expect((await program.stop("SIGTERM")).status).toBe(5);
  });

  test("an executable replaced while it runs: old and new are each read by their own map", async () => {
    const file = join(tempDir("replaced"), "lives");
    copyFileSync(lives, file);
    const [stays, changes] = [start([file, "wait"]), start([file, "wait"])];
    await Promise.all([stays.waitFor(/waiting/), changes.waitFor(/waiting/)]);
    const traced = start(errscope("attach", "--json", "--name", "lives"));
    const count = (pid: number) => stages(whole(traced), pid).length;
    await until("both spoke", () => count(stays.pid) > 0 && count(changes.pid) > 0);
    copyFileSync(newer, `${file}.new`);
    renameSync(`${file}.new`, file);
    changes.child.kill("SIGHUP");
    await until("the new one was read", () => attached(whole(traced)).length === 3);
    const before = [stays.pid, changes.pid].map(count);
    await until("both speak on", () => count(stays.pid) > before[0]! && count(changes.pid) > before[1]!);
    await traced.stop("SIGINT");
    const events = whole(traced);
    // they ran before
    for (const one of attached(events).slice(0, 2)) expect(one.lateNs).toBeGreaterThan(0);
    const versions = attached(events).map(({ process, certificate }) => [process.pid, certificate.goVersion]);
    expect(versions.toSorted()).toEqual(
      [
        [stays.pid, "go1.26.8"],
        [changes.pid, "go1.26.8"],
        [changes.pid, "go1.27.1"],
      ].toSorted(),
    );
    const sites = eventsOf(events, "error").map(({ site, stack }) => [site.function, stack.at(-1)!.function]);
    expect(new Set(sites.map(String))).toEqual(new Set([String(["main.live", "runtime.goexit"])]));
    for (const { own, pid } of lived(events)) expect(own).toBe(pid);
  });
});

describe("a busy program", () => {
  test("is left with its own code after each of 20 times, and goes on", async () => {
    const program = start([lives, "busy"], { GOMAXPROCS: "2" });
    const segment = codeOf(lives);
    const file = readFileSync(lives).subarray(segment.offset, segment.offset + segment.size);
    const now = () => memoryOf(program.pid, segment.address, segment.size);
    await until("it runs", () => now().equals(file));
    for (let i = 0; i < 20; i++) {
      let errors = 0;
      const collector = await Collector.start({
        ...ignored,
        event: ({ kind }) => (errors += +(kind === "error")),
      });
      await collector.attach([{ kind: "pid", pid: program.pid }]);
      await until("it was probed, and errors came", () => !now().equals(file) && errors > 20);
      await collector.close();
      expect(now().equals(file), `after ${i + 1} times`).toBe(true);
    }
    const before = cpuTicks(program.pid);
    await until("it goes on", () => cpuTicks(program.pid) > before);
    expect((await program.stop("SIGTERM")).status).toBe(5);
  }, 300_000);
});

test("attach --pid: of a program that makes errors all the time, each that is shown by the account is told", async () => {
  const program = start([lives, "hot"]);
  await program.waitFor(/waiting/);
  for (let i = 0; i < 4; i++) {
    const told: string[] = [];
    let counters: Counters | undefined;
    const collector = await Collector.start({
      ...ignored,
      event: (event) => {
        if (event.kind === "lost" || (event.kind === "error" && event.made)) told.push(event.kind);
      },
      counters: (sum) => (counters = sum),
    });
    await collector.attach([{ kind: "pid", pid: program.pid }]);
    await until("many came", () => told.length > 100);
    await collector.close();
    expect({ lost: counters!.lost, told: told.length }).toEqual({ lost: 0, told: counters!.shown });
  }
});

const ignored = { event: () => {}, target: () => {}, counters: () => {}, tracerEnded: () => {} };

/** The segment of a program that holds its code: ELF64's program headers. */
function codeOf(file: string) {
  const bytes = readFileSync(file);
  const [at, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ];
  for (let i = 0; i < count; i++) {
    const header = bytes.subarray(at + i * size, at + (i + 1) * size);
    if (header.readUInt32LE(0) !== PT_LOAD || !(header.readUInt32LE(4) & PF_X)) continue;
    const [offset, address, , length] = [8, 16, 24, 32].map((from) => Number(header.readBigUInt64LE(from)));
    return { offset: offset!, address: address!, size: length! };
  }
  throw new Error("no code");
}
const PT_LOAD = 1;
const PF_X = 1;

/** User and system time of a process: proc(5) stat, fields 14 and 15. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
