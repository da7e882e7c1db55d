import { describe, expect, it } from "vitest";
import { esCall, esCallFlag, esConstant, esRecordKind } from "../tracer/index.ts";
import { describeCall, readCall, sockaddrText } from "./failed-call.ts";
import { LOW_ARM64, syscallName } from "./syscall-names.ts";

const zero = { pid: 7, tid: 8, frames: 0, textLen: 0, family: 0, localPort: 0, remotePort: 0, fd: 0, g: 0 };
const none = { args: [0, 0, 0, 0, 0, 0], local: [0, 0], remote: [0, 0] };

function record(
  over: Partial<Parameters<typeof esCall.write>[2]>,
  text = "",
  stack: bigint[] = [],
): Uint8Array {
  const bytes = new Uint8Array(esCall.size + esConstant.CALL_FRAMES * 8 + esConstant.CALL_TEXT);
  const view = new DataView(bytes.buffer);
  const encoded = Buffer.from(text, "latin1");
  esCall.write(view, 0, {
    kind: esRecordKind.CALL,
    flags: 0,
    number: 257,
    error: 2,
    mono: 5_000,
    start: 1_000,
    ...zero,
    ...none,
    frames: stack.length,
    textLen: encoded.length,
    ...over,
  });
  for (const [i, address] of stack.entries()) view.setBigUint64(esCall.size + 8 * i, address, true);
  bytes.set(encoded, esCall.size + esConstant.CALL_FRAMES * 8);
  return bytes;
}
const described = (...about: Parameters<typeof record>) => describeCall(readCall(record(...about)));

describe("a failed call", () => {
  it("has its name, errno, duration and path", () => {
    expect(described({ flags: esCallFlag.PATH }, "/no/such")).toEqual({
      syscall: "openat",
      errno: "ENOENT",
      durationNs: 4_000,
      path: "/no/such",
    });
  });

  it("has no duration when its beginning was not seen", () => {
    expect(described({ start: 0 })).not.toHaveProperty("durationNs");
  });

  it("names the file of a descriptor from the root down", () => {
    const flags = esCallFlag.FD | esCallFlag.FILE;
    expect(described({ number: 1, error: 28, flags, fd: 9 }, "big\0small\0/\0")).toMatchObject({
      syscall: "write",
      errno: "ENOSPC",
      fd: 9,
      file: "/small/big",
    });
    expect(described({ flags, fd: 9 }, "c\0b\0a\0").file).toBe("…/a/b/c");
    expect(described({ flags, fd: 9 }, "\0")).not.toHaveProperty("file");
  });

  it("has the peer and the own address of a socket", () => {
    const flags = esCallFlag.FD | esCallFlag.SOCKET | esCallFlag.SO_ERROR;
    const address = {
      family: 2,
      remote: [0x0100_007f, 0],
      remotePort: 5432,
      local: [0x0100_007f, 0],
      localPort: 40_000,
    };
    expect(described({ number: 55, error: 111, flags, fd: 3, ...address })).toMatchObject({
      errno: "ECONNREFUSED",
      address: "127.0.0.1:5432",
      local: "127.0.0.1:40000",
      socketError: true,
    });
    expect(described({ flags, fd: 3, family: 2 })).not.toHaveProperty("address");
  });

  it("keeps its return addresses", () => {
    expect(readCall(record({}, "", [1n, 2n ** 60n])).stack).toEqual([1n, 2n ** 60n]);
  });

  it("is refused when the record is cut", () => {
    expect(() => readCall(record({}).subarray(0, 100))).toThrow(RangeError);
  });
});

describe("sockaddrText", () => {
  const bytes = (...numbers: number[]) => Uint8Array.from(numbers);
  it("reads IPv4, IPv6, Unix and abstract addresses", () => {
    expect(sockaddrText(bytes(2, 0, 0x1f, 0x90, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0))).toBe("10.0.0.1:8080");
    const six = new Uint8Array(28);
    six.set([10, 0, 0, 80]);
    six[23] = 1;
    expect(sockaddrText(six)).toBe("[::1]:80");
    expect(sockaddrText(bytes(1, 0, ...Buffer.from("/run/x.sock\0")))).toBe("/run/x.sock");
    expect(sockaddrText(bytes(1, 0, 0, ...Buffer.from("x")))).toBe("@x");
  });

  it("gives nothing for what it can't read", () => {
    expect(sockaddrText(bytes(2, 0, 1))).toBeNull();
    expect(sockaddrText(bytes(99, 0, 1, 2, 3, 4, 5, 6))).toBeNull();
    expect(sockaddrText(bytes())).toBeNull();
  });
});

describe("syscallName", () => {
  it("knows old and new numbers", () => {
    expect([0, 257, 333, 437, 452].map((number) => syscallName(number))).toEqual([
      "read",
      "openat",
      "io_pgetevents",
      "openat2",
      "fchmodat2",
    ]);
    expect(syscallName(400)).toBe("syscall 400");
    // golang.org/x/sys/unix/zsysnum_linux_arm64.go
    expect([0, 56, 203, 250, 261, 437].map((number) => syscallName(number, LOW_ARM64))).toEqual([
      "io_setup",
      "openat",
      "connect",
      "syscall 250",
      "prlimit64",
      "openat2",
    ]);
  });
});
