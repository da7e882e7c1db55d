/** The commands that look but don't trace, and how `run` treats the program's input, output and end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo, errscope, eventsOf, Program, parseEvents, run } from "../support/index.ts";

const beat = buildGo({ dir: "tests/go/beat", go: "1.26.8", form: "stripped" });
let program: Program;
beforeAll(async () => {
  program = new Program([beat]);
  await program.waitFor(/beating/);
});
afterAll(() => program.stop("SIGKILL"));

test("ps lists Go processes", async () => {
  const { status, stdout } = await run(errscope("ps", "--json"));
  expect(status).toBe(0);
  const rows = JSON.parse(stdout) as { pid: number }[];
  expect(rows.find((row) => row.pid === program.pid)).toMatchObject({
    exe: beat,
    goVersion: "go1.26.8",
    module: "beat",
    stripped: true,
    sites: expect.any(Number),
  });
  expect(rows.find((row) => row.pid === process.pid)).toBeUndefined();
  const { stdout: table } = await run(errscope("ps"));
  expect(table).toMatch(new RegExp(`^${program.pid} .*go1\\.26\\.8 .*${beat}$`, "m"));
});

describe("inspect", () => {
  test("--json has the contract's shape", async () => {
    const { status, stdout } = await run(errscope("inspect", "--json", "--sites", beat));
    expect(status).toBe(0);
    const map = JSON.parse(stdout);
    expect(map).toMatchObject({
      v: 1,
      file: beat,
      goVersion: "go1.26.8",
      goVersionFrom: "buildinfo",
      module: "beat",
      arch: "amd64",
      form: { stripped: true, pie: false },
      sites: { total: expect.any(Number), resolved: expect.any(Number), byOp: { panic: 1 } },
    });
    expect(map.errorTypes.find((type: { type: string }) => type.type === "*main.Missed")).toMatchObject({
      package: "main",
      size: 8,
      pointer: true,
      fields: [{ name: "Beat", offset: 0, type: "int" }],
      unwrap: null,
      message: {
        template: [
          { kind: "text", text: "missed beat " },
          { kind: "int", offset: 0 },
        ],
      },
    });
    expect(map.sites.list).toContainEqual(expect.objectContaining({ function: "main.miss", op: "new" }));
  });

  test("says what is wrong with a file that is no Go program", async () => {
    expect(await run(errscope("inspect", "/bin/true"))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^errscope: .*not a Go program/),
    });
    expect(await run(errscope("inspect", "/nonexistent"))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^errscope: .*no such file/),
    });
  });
});

test("doctor: errors can be traced here", async () => {
  expect(await run(errscope("doctor"))).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/errors can be traced here/),
  });
  const features = JSON.parse((await run(errscope("doctor", "--json"))).stdout) as {
    name: string;
    ok: boolean;
    text: string;
  }[];
  expect(features.find((f) => f.name === "uprobe_multi")).toMatchObject({ ok: true });
  expect(features.filter(({ text }) => text === "")).toEqual([]);
  expect(features.find((f) => f.name === "clocks")?.text).toMatch(
    /^kernel and Node within [\d.]+ µs, a Go program's within [\d.]+ µs, the wall clock known to ±[\d.]+ µs$/,
  );
});

test("doctor: a capability is only blamed where it is missing", async () => {
  const ptrace = async (...before: string[]) => {
    const { stdout } = await run([...before, ...errscope("doctor", "--json")]);
    return (JSON.parse(stdout) as { name: string; ok: boolean; text: string }[]).find(
      ({ name }) => name === "ptrace",
    );
  };
  // where a process is protected otherwise, that is said
  expect(await ptrace()).toMatchObject({
    ok: true,
    text: expect.stringMatching(/can be read$|though CAP_SYS_PTRACE is held/),
  });
  expect(await ptrace("setpriv", "--bounding-set=-sys_ptrace")).toMatchObject({
    ok: false,
    text: expect.stringMatching(/processes can't be read: CAP_SYS_PTRACE is needed/),
  });
});

describe("run", () => {
  const shell = (text: string) => ["run", ...text.split(" ")];

  test("without --json the program's output is its own, and the dashboard's address is told", async () => {
    const { status, stdout, stderr } = await run(
      errscope(...shell("--serve 127.0.0.1:0 --"), beat, "-hot", "3"),
    );
    expect(status).toBe(0);
    expect(stdout).toBe("made 3\n");
    expect(stderr).toMatch(/dashboard at http:\/\/127\.0\.0\.1:\d+\//);
    expect(stderr).toContain("proven:");
  });

  test("with --json its output goes to stderr", async () => {
    const { stdout, stderr } = await run(errscope(...shell("--json --"), beat, "-hot", "3"));
    expect(stderr).toContain("made 3");
    expect(eventsOf(parseEvents(stdout), "attach")).toMatchObject([{ certificate: { verdict: "attach" } }]);
  });

  test("--init prints what initialisation made, and only then", async () => {
    const init = (stdout: string) => parseEvents(stdout).filter((event) => "init" in event && event.init);
    expect(init((await run(errscope(...shell("--json --"), beat, "-hot", "1"))).stdout)).toEqual([]);
    expect(
      init((await run(errscope(...shell("--json --init --"), beat, "-hot", "1"))).stdout).length,
    ).toBeGreaterThan(0);
  });

  test("--package leaves other packages' errors out", async () => {
    const sites = async (glob: string) => {
      const { stdout } = await run(errscope("run", "--json", "--package", glob, "--", beat, "-hot", "2"));
      return eventsOf(parseEvents(stdout), "error").map((event) => event.site.function);
    };
    expect(await sites("main")).toEqual(["main.hot", "main.hot"]);
    expect(await sites("nothing/*")).toEqual([]);
  });
});

test("help and version", async () => {
  expect((await run(errscope())).stdout).toContain("Usage: errscope COMMAND");
  for (const command of ["run", "attach", "ps", "inspect", "serve", "demo", "doctor"]) {
    const { status, stdout } = await run(errscope(command, "--help"));
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: errscope ${command}`);
  }
  expect((await run(errscope("--version"))).stdout).toMatch(/^errscope \d+\.\d+\.\d+\n$/);
});
