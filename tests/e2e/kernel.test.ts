/** Real failures of the kernel, each linked to the error that it became; none to errors that no call is behind. */
import { describe, expect, test } from "vitest";
import type { ErrorEvent, KernelFact } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, parseEvents, run, tempDir } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

/** By hand: what each case of tests/go/faults fails at. `printed` is a line of the program with the address. */
const FAULTS: Record<string, { fact: Partial<KernelFact>; printed?: RegExp }> = {
  ENOENT: { fact: { syscall: "openat", path: "missing/file" } },
  EACCES: { fact: { syscall: "openat", path: "secret" } },
  ENOSPC: { fact: { syscall: "write", file: expect.stringMatching(/\/small\/big$/) as unknown as string } },
  EROFS: { fact: { syscall: "mkdirat", path: "fixed/new" } },
  EMFILE: { fact: { syscall: "openat", path: "/dev/null" } },
  ECONNREFUSED: { fact: { syscall: "getsockopt", socketError: true }, printed: /^refused at (.*)$/m },
  ETIMEDOUT: { fact: { syscall: "getsockopt", socketError: true }, printed: /^no answer from (.*)$/m },
  ECONNRESET: { fact: { syscall: "read" }, printed: /^reset by (.*)$/m },
  EPIPE: { fact: { syscall: "write" } },
  EADDRINUSE: { fact: { syscall: "bind" }, printed: /^in use (.*)$/m },
  ENOTEMPTY: { fact: { syscall: "unlinkat", path: "full" } },
  // in the child, between fork and exec
  ENOEXEC: {
    fact: { syscall: "execve", path: expect.stringMatching(/\/program$/) as unknown as string },
  },
  EEXIST: { fact: { syscall: "mkdirat", path: "there" } },
  EIO: {
    fact: { syscall: "pread64", file: expect.stringMatching(/^\/proc\/\d+\/mem$/) as unknown as string },
  },
};

describe.each(builds)("faults, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir: "tests/go/faults", go, form });
  const trace = async (...cases: string[]) => {
    const flags = cases.filter((name) => name.startsWith("--"));
    const names = cases.filter((name) => !flags.includes(name));
    const result = await run(errscope("run", "--json", ...flags, "--", program(), ...names), {
      cwd: tempDir("faults"),
    });
    expect(result.status, result.stderr).toBe(0);
    return { events: eventsOf(parseEvents(result.stdout), "error"), stderr: result.stderr };
  };
  /** The errors that a case printed, as they were made. */
  const printedBy = ({ events, stderr }: Awaited<ReturnType<typeof trace>>, name: string): ErrorEvent[] => {
    const message = new RegExp(`^${name}: (.*)$`, "m").exec(stderr)![1];
    return events.filter((event) => event.made && event.error.message === message);
  };
  let all: ReturnType<typeof trace> | undefined;

  test.each(Object.keys(FAULTS))("%s", async (errno) => {
    all ??= trace(...Object.keys(FAULTS));
    const { fact, printed } = FAULTS[errno]!;
    const address = printed ? { address: printed.exec((await all).stderr)![1] } : {};
    const { kernel } = printedBy(await all, errno).at(-1)!;
    expect(kernel).toMatchObject({ ...fact, ...address, errno });
    expect(kernel!.agoNs).toBeGreaterThan(0);
  });

  test("every failure of a program that ignores most is linked to its own error, and no call to an error of its own making", async () => {
    const { events } = await trace("ignored");
    const stats = events.filter((event) => event.made && event.error.message.startsWith("stat nothing/here"));
    expect(stats.length).toBe(50);
    for (const { kernel } of stats) {
      expect(kernel).toMatchObject({ syscall: "newfstatat", errno: "ENOENT", path: "nothing/here" });
    }
    const invented = events.filter((event) => event.site.function === "main.invented");
    expect(invented.length).toBeGreaterThan(0);
    for (const event of invented) expect(event).not.toHaveProperty("kernel");
  });

  test("an error that is wrapped later, or on another goroutine, keeps its call", async () => {
    const { events } = await trace("late", "elsewhere");
    const of = (text: string) => events.find((event) => event.made && event.error.message.startsWith(text))!;
    expect(of("late: ").kernel).toMatchObject({ syscall: "openat", path: "first/of/all" });
    expect(of("elsewhere: ").kernel).toMatchObject({ syscall: "openat", path: "from/elsewhere" });
    expect(of("back: ").kernel).toMatchObject({ syscall: "openat", path: "from/elsewhere" });
    expect(of("late: ").kernel!.agoNs).toBeGreaterThan(of("open first").kernel!.agoNs!);
  });

  test("--no-kernel leaves it out", async () => {
    const without = await trace("ENOENT", "--no-kernel");
    const [event, ...others] = printedBy(without, "ENOENT");
    // the certificate lists the sites: the collector's are not even probed
    expect((await trace("ENOENT")).stderr).toMatch(/\b4 the garbage collector begins or ends\b/);
    expect(without.stderr).not.toMatch(/garbage collector/);
    expect(event!.error.message).toBe("open missing/file: no such file or directory");
    expect(event).not.toHaveProperty("kernel");
    expect(others).toEqual([]);
  });
});

test("an errno that C code set by itself is not taken for a call's that Go code made before", async () => {
  const program = buildGo({ dir: "tests/go/cgo", go: "1.26.8", form: "stripped", env: { CGO_ENABLED: "1" } });
  const result = await run(errscope("run", "--json", "--", program));
  expect(result.status, result.stderr).toBe(0);
  const made = eventsOf(parseEvents(result.stdout), "error").filter((event) => event.made && !event.init);
  const inGo = made.find((event) => event.error.message === "open missing/in/go: no such file or directory")!;
  expect(inGo.kernel).toMatchObject({ syscall: "openat", path: "missing/in/go" });
  const fromC = made.filter((event) => /^(both|inC): |^no such file/.test(event.error.message));
  expect(fromC.length).toBeGreaterThanOrEqual(2);
  for (const event of fromC) expect(event).not.toHaveProperty("kernel");
});

test("a request of io_uring that failed is behind the errno that the program read from memory", async (context) => {
  const program = buildGo({ dir: "tests/go/ring", go: "1.26.8", form: "stripped" });
  const result = await run(errscope("run", "--json", "--", program));
  if (result.stderr.includes("no io_uring here")) return context.skip("this kernel has no io_uring");
  const made = eventsOf(parseEvents(result.stdout), "error").filter((event) => event.made && !event.init);
  const kernelOf = (text: string) => made.find((event) => event.error.message.startsWith(text))!.kernel!;
  const unsure = { syscall: "io_uring openat", unsure: true };
  expect(kernelOf("ring openat missing/by/ring")).toMatchObject({ ...unsure, errno: "ENOENT" });
  expect(kernelOf("ring openat /proc/version/not")).toMatchObject({ ...unsure, errno: "ENOTDIR" });
});
