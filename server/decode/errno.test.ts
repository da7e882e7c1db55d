import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { errnoName } from "./errno.ts";
import { signalName, waitStatus } from "./signal.ts";

describe("errnoName", () => {
  it("agrees with Node's own table on this machine", () => {
    // Two names for one number: the kernel's header calls EWOULDBLOCK and ENOTSUP by their other names.
    const aliases = new Set(["EWOULDBLOCK", "ENOTSUP"]);
    const known = Object.entries(constants.errno).filter(([name]) => !aliases.has(name));
    expect(known.length).toBeGreaterThan(70);
    for (const [name, number] of known) expect(errnoName(number)).toBe(name);
  });

  it("has no name for numbers that Linux does not use", () => {
    for (const number of [0, -1, 41, 58, 134, 4096]) expect(errnoName(number)).toBeNull();
    expect(errnoName(133)).toBe("EHWPOISON");
  });
});

describe("signals", () => {
  it("agree with Node's table", () => {
    const aliases = new Set(["SIGIOT", "SIGPOLL", "SIGUNUSED"]);
    for (const [name, number] of Object.entries(constants.signals)) {
      if (!aliases.has(name)) expect(signalName(number)).toBe(name);
    }
    expect(signalName(35)).toBe("SIGRT35");
    expect(signalName(99)).toBe("signal 99");
  });

  it("tell an exit from a kill, a dumped core included", () => {
    expect(waitStatus(3 << 8)).toEqual({ code: 3, signal: null });
    expect(waitStatus(0)).toEqual({ code: 0, signal: null });
    expect(waitStatus(9)).toEqual({ code: null, signal: "SIGKILL" });
    expect(waitStatus(11 | 0x80)).toEqual({ code: null, signal: "SIGSEGV", core: true });
  });
});
