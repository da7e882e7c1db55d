/** What can't be traced gets one clear sentence and the right exit status, and no probe. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildErrorMap, readGoBinary } from "../../server/binary/index.ts";
import {
  buildGo,
  errscope,
  eventsOf,
  isProbed,
  Program,
  parseEvents,
  repoRoot,
  run,
  tempDir,
} from "../support/index.ts";

const dir = tempDir("refusal");
const script = join(dir, "script.sh");
writeFileSync(script, "#!/bin/sh\necho ran\n", { mode: 0o755 });
const plain = join(dir, "plain");
writeFileSync(plain, "not a program");

/** One sentence on stderr, no stack trace. */
function sentence(stderr: string): string {
  const lines = stderr.trim().split("\n");
  expect(lines, stderr).toHaveLength(1);
  expect(lines[0]).toMatch(/^errscope: /);
  expect(lines[0]).not.toMatch(/\n\s+at /);
  return lines[0]!;
}

describe("run", () => {
  test.each([
    ["a missing file", [join(dir, "nothing")], 1, /no such file/],
    ["a missing command", ["no-such-command-here"], 1, /not found in PATH/],
    ["a folder", [dir], 1, /is a directory/],
    ["a file that may not be executed", [plain], 1, /not executable/],
    ["a script", [script], 1, /is a script, not an ELF file.*--follow traces the Go programs that it starts/],
    ["a C program", ["/bin/true"], 1, /not a Go program/],
    ["nothing", [], 2, /write the program after --/],
  ])("%s", async (_, argv, status, text) => {
    const got = await run(errscope("run", "--json", "--", ...argv));
    expect(sentence(got.stderr)).toMatch(text);
    expect(got).toMatchObject({ status, stdout: "" });
  });
});

/** A copy whose module data no check of ours accepts, while the program itself never looks at what is damaged. */
function damagedBeat(): string {
  const program = buildGo({ dir: "tests/go/beat", go: "1.26.8", form: "stripped" });
  const damaged = join(dir, "damaged");
  const bytes = readFileSync(program);
  const { binary, site } = (() => {
    const map = buildErrorMap(readGoBinary(bytes));
    return { binary: map.binary, site: map.plan.sites[0]! };
  })();
  probed = site.pc;
  const told = binary.derivations.find((d) => d.name === "module data");
  const offset = binary.image.fileOffset(Number(told!.value));
  expect(offset).toBeGreaterThan(0);
  // The sixth word is the length of cutab (runtime/symtab.go, moduledata), used for file names in tracebacks alone.
  bytes.writeBigUInt64LE(1n << 40n, offset + 5 * 8);
  writeFileSync(damaged, bytes, { mode: 0o755 });
  return damaged;
}
let probed = 0;

describe("a Go program with damaged module data", () => {
  const damaged = damagedBeat();

  test("is refused before it starts", async () => {
    const got = await run(errscope("run", "--json", "--", damaged, "-hot", "1"));
    expect(sentence(got.stderr)).toMatch(/module data .* check .* failed/);
    expect(got).toMatchObject({ status: 1, stdout: "" });
  });

  test("gets no probe when it runs, and goes on", async () => {
    const program = new Program([damaged]);
    try {
      await program.waitFor(/beating/);
      const got = await run(errscope("attach", "--json", "--pid", String(program.pid)));
      expect(got).toMatchObject({ status: 1, stdout: "" });
      expect(got.stderr).toMatch(/module data .* check .* failed/);
      expect(isProbed(program.pid, probed)).toBe(false);
      expect((await program.stop("SIGTERM")).status).toBe(5);
    } finally {
      await program.stop("SIGKILL");
    }
  });
});

describe("attach", () => {
  test.each([
    ["a process that isn't there", ["--pid", "4194303"], 1, /there is no process 4194303/],
    ["nothing", [], 2, /say what to/],
    ["a word", ["--pid", "abc"], 2, /no process id/],
    ["an unknown flag", ["--nope"], 2, /--nope/],
  ])("%s", async (_, flags, status, text) => {
    const got = await run(errscope("attach", "--json", ...flags));
    expect(sentence(got.stderr)).toMatch(text);
    expect(got).toMatchObject({ status, stdout: "" });
  });

  test("a process that is no Go program", async () => {
    const got = await run(errscope("attach", "--json", "--pid", String(process.pid)));
    expect(got.status).toBe(1);
    expect(got.stderr).toMatch(/is an ELF file but not a Go program/);
    expect(eventsOf(parseEvents(got.stdout), "attach")).toEqual([]);
  });
});

test("without privileges: one sentence that says what to do", async () => {
  // nobody can't read this checkout's folder everywhere: a copy of what it needs is readable
  execFileSync("chmod", ["-R", "a+rX", join(repoRoot, ".build/bpf")]);
  const [node, main, ...rest] = errscope("doctor");
  const got = await run([
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    node!,
    main!,
    ...rest,
  ]);
  expect(got.status).toBe(1);
  expect(got.stdout).toMatch(/tracing needs privileges: run as root/);
});

test("an unknown command", async () => {
  const got = await run(errscope("nonsense"));
  expect(sentence(got.stderr)).toMatch(/there is no command "nonsense"/);
  expect(got.status).toBe(2);
});
