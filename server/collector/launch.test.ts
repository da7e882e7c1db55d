import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { launchStopped, resolveProgram } from "./launch.ts";

const dir = mkdtempSync(join(tmpdir(), "errscope-launch-"));

it("runs nothing before release, keeps the pid, and tells the status", async () => {
  const mark = join(dir, "mark");
  const child = launchStopped("/bin/sh", ["-c", `echo $$ > ${mark}; exit 7`], "stderr");
  expect(() => readFileSync(mark)).toThrow();
  child.release();
  expect(await child.ended).toEqual({ code: 7, signal: null });
  expect(readFileSync(mark, "utf8").trim()).toBe(String(child.pid));
});

it("passes arguments untouched", async () => {
  const out = join(dir, "args");
  const args = ["a b", "$HOME", '"q"', "", "-c"];
  const child = launchStopped("/bin/sh", ["-c", `printf '[%s]' "$@" > ${out}`, "sh", ...args], "stderr");
  child.release();
  await child.ended;
  expect(readFileSync(out, "utf8")).toBe('[a b][$HOME]["q"][][-c]');
});

it("leaves nothing behind when abandoned", async () => {
  const child = launchStopped("/bin/sleep", ["60"], "stderr");
  child.abandon();
  expect(await child.ended).toEqual({ code: null, signal: "SIGKILL" });
});

it("looks programs up as the shell does and says what is wrong", () => {
  writeFileSync(join(dir, "plain"), "x");
  expect(resolveProgram("sh", "/nowhere:/bin")).toBe("/bin/sh");
  expect(() => resolveProgram("no-such-program", "/bin")).toThrow(/not found in PATH/);
  expect(() => resolveProgram("./no-such-program")).toThrow(/no such file/);
  expect(() => resolveProgram(join(dir, "plain"))).toThrow(/not executable/);
  expect(() => resolveProgram(dir)).toThrow(/is a directory/);
});
