import { expect, test } from "vitest";
import type { RawSignal } from "./raw-event.ts";
import { Signals } from "./signals.ts";

const signal = (about: Partial<RawSignal>): RawSignal => ({
  pid: 7,
  thread: 8,
  number: 9,
  code: 0,
  from: "process",
  sender: { pid: 1234, name: "bash" },
  address: 0n,
  mono: 1n,
  ...about,
});

test("who sent the signal that ended a process", () => {
  const signals = new Signals();
  expect(signals.behind(9)).toBeUndefined();
  signals.push(signal({ number: 15, sender: { pid: 1, name: "systemd" } }));
  signals.push(signal({}));
  expect(signals.behind(9)).toEqual({ kind: "process", pid: 1234, name: "bash" });
  expect(signals.behind(15)).toEqual({ kind: "process", pid: 1, name: "systemd" });
});

test("the OOM killer's choice is told, whatever the kernel's own signal after it says", () => {
  const signals = new Signals();
  signals.push(signal({ from: "oom-killer" }));
  signals.push(signal({ from: "kernel", code: 128 }));
  expect(signals.behind(9)).toEqual({ kind: "oom-killer" });
});

test("a fault belongs to its thread, and is told once", () => {
  const signals = new Signals();
  signals.push(signal({ number: 11, code: 1, from: "fault", address: 0x68n }));
  expect(signals.takeFault(9, 5n)).toBeUndefined();
  const fault = { signal: "SIGSEGV", code: "SEGV_MAPERR", address: "0x68" };
  expect(signals.takeFault(8, 5n)).toEqual(fault);
  expect(signals.takeFault(8, 5n)).toBeUndefined();
  expect(signals.behind(11)).toEqual({ kind: "fault", thread: 8, code: "SEGV_MAPERR", address: "0x68" });
  signals.push(signal({ number: 8, code: 99, from: "fault" }));
  expect(signals.takeFault(8, 5n)).toMatchObject({ signal: "SIGFPE", code: "99" });
});

test("a fault of long ago is not what a panic is made of now", () => {
  const signals = new Signals();
  signals.push(signal({ number: 11, code: 1, from: "fault", address: 8n, mono: 10n }));
  expect(signals.takeFault(8, 10n + 200_000_000n)).toBeUndefined();
});

test("an address that no memory can have is not known, and isn't 0", () => {
  const signals = new Signals();
  signals.push(signal({ number: 11, code: 128, from: "fault", address: 0n }));
  expect(signals.takeFault(8, 5n)).toEqual({ signal: "SIGSEGV", code: "SI_KERNEL", address: null });
});
