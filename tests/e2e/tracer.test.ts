/** What the tracer, which has all privileges, refuses to a server that may have none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Tracer } from "../../server/tracer/index.ts";
import { buildGo, Program, run, tempDir, until } from "../support/index.ts";

let tracer: Tracer;
beforeAll(async () => {
  tracer = await Tracer.start({ record: () => {}, ended: () => {} });
});
afterAll(async () => {
  await tracer.close();
});

const refusal = (code: string) => expect.objectContaining({ code });
const stateOf = (pid: number) => /^State:\s*(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];

/** Ends when its parent has become sleep, which waits for no child. */
const behindSleep = "until grep -q sleep /proc/$PPID/comm; do :; done";
test("a process that has ended and waits for its parent is none", async () => {
  const parent = new Program(["sh", "-c", `sh -c '${behindSleep}' & echo $!; exec sleep 1000`]);
  await parent.waitFor(/^\d+\n/m);
  const pid = Number.parseInt(parent.stdout, 10);
  await until("it has ended", () => stateOf(pid) === "Z");
  await expect(tracer.watch(pid, { exit: true })).rejects.toEqual(refusal("no_process"));
  await tracer.watch(parent.pid, { exit: true });
  await parent.stop("SIGKILL");
});

test("more memory at once than the tracer may hold is not read", async () => {
  const places = (count: number) => new BigUint64Array(count);
  await expect(tracer.gather(process.pid, places(16_385), 4_096)).rejects.toEqual(refusal("command"));
  expect(await tracer.gather(process.pid, places(1_000), 4_096)).toHaveLength(4_096_000);
});

test("what is no regular file isn't opened: a pipe's writer goes on waiting for its reader", async () => {
  const pipe = join(tempDir("tracer"), "pipe");
  await run(["mkfifo", pipe]);
  const writer = new Program(["sh", "-c", `echo whole > "${pipe}"`]);
  await until("it waits", () =>
    /wait_for_partner|fifo/.test(readFileSync(`/proc/${writer.pid}/wchan`, "utf8")),
  );
  await expect(tracer.identify(pipe)).rejects.toEqual(refusal("no_file"));
  expect((await run(["timeout", "10", "cat", pipe])).stdout).toBe("whole\n");
  expect((await writer.ended).status).toBe(0);
});

test("an executable is opened, a text isn't", async () => {
  expect(
    await tracer.identify(buildGo({ dir: "tests/go/lives", go: "1.26.8", form: "stripped" })),
  ).toHaveLength(32);
  await expect(tracer.identify("/etc/passwd")).rejects.toEqual(refusal("no_file"));
});
