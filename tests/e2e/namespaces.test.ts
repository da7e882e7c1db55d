/** Programs in pid and mount namespaces and in containers' control groups; and errscope itself in a pid namespace. */
import { copyFileSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { ErrorEvent, Event } from "../../server/events/index.ts";
import {
  buildGo,
  descendant,
  errscope,
  eventsOf,
  eventsSoFar,
  gate,
  namedGroup,
  type Program,
  Programs,
  run,
  tempDir,
  until,
} from "../support/index.ts";

const lives = buildGo({ dir: "tests/go/lives", go: "1.26.8", form: "stripped" });
const ID = "5e1f0c9a".repeat(8);
const group = namedGroup(`docker-${ID}.scope`);
const programs = new Programs();
const start = programs.start.bind(programs);
afterEach(() => programs.end());
afterAll(async () => {
  if (group) await until("its control group is empty", () => removed(group));
});
function removed(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false; // a process is still in it
  }
}

const whole = (traced: Program) => eventsSoFar(traced.stdout);
/** Of the errors that the program itself makes. */
const lived = (events: readonly Event[]) =>
  (events.filter((event) => event.kind === "error") as ErrorEvent[]).filter(
    (event) => event.error.type === "*main.Lived",
  );

/** What `run --follow` tells of a command that waits for `open` after its first process. */
async function followed(command: readonly string[], open: () => void): Promise<Event[]> {
  const traced = start(errscope("run", "--json", "--init", "--follow", "--", ...command));
  await until("the first was told of", () => eventsOf(whole(traced), "attach").length > 0);
  open();
  await traced.ended;
  return whole(traced);
}

const contain = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** `exec` in a new pid namespace and, where this machine lets us, in a container's control group. */
const contained = (command: string) => [
  "sh",
  "-c",
  `${group ? `echo $$ > "${group}/cgroup.procs"; ` : ""}exec ${contain.join(" ")} ${command}`,
];
async function containedProgram(): Promise<{ outer: Program; pid: number }> {
  const outer = start(contained(`"${lives}" wait`));
  await outer.waitFor(/waiting as 1$/m);
  return { outer, pid: descendant(outer.pid, "lives")! };
}

describe("in a pid namespace and a container's control group", () => {
  test.each([
    ["--pid", (pid: number) => String(pid)],
    ["--name", () => "lives"],
  ])("attach %s: both pids and the container", async (flag, value) => {
    const { pid } = await containedProgram();
    const traced = start(errscope("attach", "--json", flag, value(pid)));
    const its = () => lived(whole(traced)).filter(({ process }) => process.pid === pid);
    await until("errors came", () => its().length > 1);
    expect((await traced.stop("SIGINT")).status).toBe(0);
    for (const { process, error, thread } of its()) {
      expect(process).toMatchObject({ pid, nsPid: 1, container: group ? ID : null, exe: lives });
      expect(error.fields.Pid).toBe(1);
      expect(thread).toBeGreaterThanOrEqual(pid); // as errscope sees it, too
    }
    const words = group ? `${pid} (1 in its pid namespace, container ${ID.slice(0, 12)})` : `${pid} (1 in `;
    expect(traced.stderr).toContain(`attached to ${words}`);
  });

  test("run --follow: later processes from before main", async () => {
    const { wait, open } = gate();
    const script = `sh -c '"${lives}" once; ${wait}; "${lives}" once; true'`;
    const events = await followed(contained(script), open);
    const [first, second] = eventsOf(events, "attach");
    expect(first!.lateNs).toBeGreaterThan(0);
    const its = lived(events).filter(({ process }) => process.pid === second!.process.pid);
    expect(its.map(({ error }) => error.fields.Stage)).toEqual(["before main", "in main"]);
    for (const { process, error } of its) {
      expect(process.nsPid).toBe(error.fields.Pid);
      expect(process.nsPid).not.toBe(process.pid);
    }
    expect(first!.process.nsPid).toBeLessThan(second!.process.nsPid!);
    expect(eventsOf(events, "exit").map(({ code }) => code)).toEqual([3, 3]);
  });

  /** A pid namespace in a pid namespace, so that the machine's other Go programs are left alone. */
  const around = (...args: string[]) => {
    const there = "ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q '/lives$'";
    const inner = contained(`"${lives}" wait`).at(-1);
    const script = `sh -c '${inner}' >&2 & until ${there}; do sleep 0.1; done; exec ${errscope(...args).join(" ")}`;
    return [...contain, "sh", "-c", script];
  };

  test("attach --all-go", async () => {
    const traced = start(around("attach", "--json", "--all-go"));
    await until("errors came", () => lived(whole(traced)).length > 1);
    await traced.stop("SIGKILL"); // unshare, which takes its children with it
    for (const { process } of lived(whole(traced))) {
      expect(process).toMatchObject({ nsPid: 1, container: group ? ID : null, exe: lives });
      expect(process.pid).toBeGreaterThan(1);
    }
  });

  test("ps shows both pids", async () => {
    const rows = JSON.parse((await run(around("ps", "--json"))).stdout);
    expect(rows).toMatchObject([{ nsPid: 1, container: group ? ID : null, exe: lives }]);
    const { stdout } = await run(around("ps"));
    const container = group ? ID.slice(0, 12) : "-";
    expect(stdout).toMatch(new RegExp(`^\\d+ +1 +${container} +lives .*${lives}$`, "m"));
  });
});

describe("an executable that only the process's mount namespace has", () => {
  const folder = tempDir("mounts");
  const tmpfs = `mount -t tmpfs none "${folder}"`;
  const overlay = `${tmpfs}; cd "${folder}"; mkdir lower upper work app; cp "${lives}" lower/lives; mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work none app; cd /`;
  const bound = `mkdir -p "${folder}/app"; touch "${folder}/app/lives"; mount --bind "${lives}" "${folder}/app/lives"`;
  test.each([
    ["tmpfs", `${tmpfs}; mkdir "${folder}/app"; cp "${lives}" "${folder}/app/lives"`],
    ["overlay", overlay],
    ["bind mount", bound],
  ])("%s: traced, and named as the process has it", async (_, mount) => {
    const file = join(folder, "app/lives");
    const outer = start(["unshare", "--mount", "sh", "-c", `${mount} && exec "${file}" wait`]);
    await outer.waitFor(/waiting/);
    const traced = start(errscope("attach", "--json", "--pid", String(outer.pid)));
    await until("errors came", () => lived(whole(traced)).length > 1);
    expect((await traced.stop("SIGINT")).status).toBe(0);
    for (const { process, site } of lived(whole(traced))) {
      expect(process).toMatchObject({ pid: outer.pid, exe: file, name: "lives", container: null });
      expect(process).not.toHaveProperty("nsPid");
      expect(site.function).toBe("main.live");
    }
    expect(await outer.stop("SIGTERM")).toMatchObject({ status: 5 });
  });

  test("a changed root", async () => {
    const root = tempDir("root");
    mkdirSync(join(root, "bin"));
    copyFileSync(lives, join(root, "bin/lives"));
    const outer = start(["chroot", root, "/bin/lives", "wait"]);
    await outer.waitFor(/waiting/);
    const traced = start(errscope("attach", "--json", "--pid", String(outer.pid)));
    await until("errors came", () => lived(whole(traced)).length > 1);
    await traced.stop("SIGINT");
    // the mount namespace is ours: the kernel knows the file by the path that we have it under
    expect(lived(whole(traced))[0]!.process.exe).toBe(join(root, "bin/lives"));
  });

  test("run --follow: one that has ended is found below its parent's root", async () => {
    const file = join(folder, "app/lives");
    const { wait, open } = gate();
    const script = `${tmpfs}; mkdir "${folder}/app"; cp "${lives}" "${file}"; "${file}" once; ${wait}; "${file}" once; true`;
    const events = await followed(["unshare", "--mount", "sh", "-c", script], open);
    expect(
      eventsOf(events, "attach").map(({ process, lateNs }) => [process.exe, lateNs !== undefined]),
    ).toEqual([
      [file, true],
      [file, false],
    ]);
    expect(lived(events).map(({ error }) => error.fields.Stage)).toEqual(["before main", "in main"]);
  });
});

describe("errscope in a pid namespace", () => {
  test("traces what is in it, by the pids there, and nothing outside", async () => {
    const outside = start([lives, "wait"]);
    await outside.waitFor(/waiting/);
    const script = `"${lives}" wait >&2 & exec ${errscope("attach", "--json", "--exe", lives).join(" ")}`;
    const traced = start([...contain, "sh", "-c", script]);
    await until("errors came", () => lived(whole(traced)).length > 3);
    await traced.stop("SIGKILL"); // unshare, which takes its children with it
    const events = lived(whole(traced));
    const pids = new Set(events.map(({ process }) => process.pid));
    expect(pids.size).toBe(1);
    for (const { process, error } of events) {
      expect(error.fields.Pid).toBe(process.pid);
      expect(process).not.toHaveProperty("nsPid");
    }
    expect(pids.has(outside.pid)).toBe(false);
    expect((await outside.stop("SIGTERM")).status).toBe(5);
  });

  test("with the /proc of another one it says so, and what to do", async () => {
    const without = ["unshare", "--pid", "--fork", "--kill-child"];
    const traced = await run([...without, ...errscope("run", "--json", "--", lives, "once")]);
    expect(traced).toMatchObject({ status: 1, stdout: "" });
    expect(traced.stderr).toMatch(
      /^errscope: \/proc is of another pid namespace .*\(docker run --pid=host\)$/m,
    );
    const doctor = await run([...without, ...errscope("doctor")]);
    expect(doctor.status).toBe(1);
    expect(doctor.stdout).toMatch(/^no +pids +\/proc is of another pid namespace/m);
    expect((await run([...contain, ...errscope("doctor")])).stdout).toMatch(
      /^yes +pids +in a pid namespace: /m,
    );
  });
});
