/** A failed system call as the kernel side records it, and in words. Pure. */
import type { KernelFact } from "../events/index.ts";
import { esCall, esCallFlag, esConstant } from "../tracer/index.ts";
import { errnoName } from "./errno.ts";
import { ipText } from "./net-address.ts";
import { ringOperation, syscallName } from "./syscall-names.ts";
import { decodeText } from "./text.ts";

export interface FailedCall {
  /** CLOCK_MONOTONIC ns when it returned, and when it was entered (0: not seen). */
  mono: bigint;
  start: bigint;
  pid: number;
  thread: number;
  /** The register that holds g in Go code. */
  g: bigint;
  number: number;
  /** errno. */
  error: number;
  /** `esCallFlag`. */
  flags: number;
  args: bigint[];
  /** With `esCallFlag.FD`. */
  fd: number;
  /** Return addresses (run time), innermost first, at most 32. */
  stack: bigint[];
  /** A path, a struct sockaddr, or names of a file, as the flags say. */
  text: Uint8Array;
  family: number;
  local: Uint8Array;
  remote: Uint8Array;
  localPort: number;
  remotePort: number;
}

/** @throws RangeError when the record is shorter than it says. */
export function readCall(record: Uint8Array): FailedCall {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const call = esCall.read(view, 0);
  const word = (name: keyof typeof esCall.offset, i = 0) =>
    view.getBigUint64(esCall.offset[name] + 8 * i, true);
  const address = (at: number) => record.slice(at, at + 16);
  const frames = Math.min(call.frames, esConstant.CALL_FRAMES);
  const text = esCall.size + esConstant.CALL_FRAMES * 8;
  return {
    mono: word("mono"),
    start: word("start"),
    pid: call.pid,
    thread: call.tid,
    g: word("g"),
    number: call.number,
    error: call.error,
    flags: call.flags,
    args: Array.from({ length: 6 }, (_, i) => word("args", i)),
    fd: call.fd,
    stack: Array.from({ length: frames }, (_, i) => view.getBigUint64(esCall.size + 8 * i, true)),
    text: record.slice(text, text + Math.min(call.textLen, esConstant.CALL_TEXT)),
    family: call.family,
    local: address(esCall.offset.local),
    remote: address(esCall.offset.remote),
    localPort: call.localPort,
    remotePort: call.remotePort,
  };
}

const known = (number: number): number | null => (number === esConstant.NOT_DETERMINED ? null : number);

/** What is known of the call, without its place in time. */
export function describeCall(call: FailedCall): Omit<KernelFact, "agoNs" | "runqueueDelayNs" | "softirqNs"> {
  const has = (flag: number) => (call.flags & flag) !== 0;
  const remote = socketAddress(call.family, call.remote, call.remotePort);
  const local = socketAddress(call.family, call.local, call.localPort);
  const argument = has(esCallFlag.ADDRESS) ? sockaddrText(call.text) : null;
  const address = argument ?? remote;
  const file = has(esCallFlag.FILE) ? fileName(call.text) : ""; // a pipe's is empty
  return {
    syscall: has(esCallFlag.RING) ? ringOperation(known(call.number)) : syscallName(call.number),
    errno: errnoName(call.error) ?? `errno ${call.error}`,
    ...(call.start > 0n ? { durationNs: Number(call.mono - call.start) } : {}),
    ...(has(esCallFlag.PATH)
      ? { path: decodeText({ bytes: call.text, length: call.text.length }).text }
      : {}),
    ...(has(esCallFlag.FD) ? { fd: call.fd } : {}),
    ...(file ? { file } : {}),
    ...(address ? { address } : {}),
    ...(local ? { local } : {}),
    ...(has(esCallFlag.SO_ERROR) ? { socketError: true } : {}),
    ...(has(esCallFlag.RING) ? { unsure: true } : {}),
  };
}

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

function withPort(host: string | null, port: number): string | null {
  if (host === null) return null;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Null for an address that was never given to the socket. */
function socketAddress(family: number, bytes: Uint8Array, port: number): string | null {
  const used = family === AF_INET ? bytes.subarray(0, 4) : family === AF_INET6 ? bytes : null;
  if (!used || (port === 0 && used.every((byte) => byte === 0))) return null;
  return withPort(ipText(used), port);
}

/** struct sockaddr_in, sockaddr_in6 or sockaddr_un (include/uapi/linux/{in,in6,un}.h). */
export function sockaddrText(bytes: Uint8Array): string | null {
  if (bytes.length < 2) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  if (family === AF_INET && bytes.length >= 8)
    return withPort(ipText(bytes.subarray(4, 8)), view.getUint16(2));
  if (family === AF_INET6 && bytes.length >= 24)
    return withPort(ipText(bytes.subarray(8, 24)), view.getUint16(2));
  if (family !== AF_UNIX) return null;
  const path = bytes.subarray(2);
  // An abstract name begins with NUL, which is written as @.
  const name = path[0] === 0 ? path.map((byte, i) => (i === 0 ? 0x40 : byte)) : path;
  const end = name.indexOf(0);
  const text = end < 0 ? name : name.subarray(0, end);
  return decodeText({ bytes: text, length: text.length }).text || null;
}

/** Names innermost first, each ended by NUL; the root's is "/". A path that is longer than what was kept begins with …. */
export function fileName(bytes: Uint8Array): string {
  const text = decodeText({ bytes, length: bytes.length }).text;
  const names = text.split("\0").filter((name) => name !== "");
  const whole = names.at(-1) === "/";
  const path = names
    .slice(0, whole ? -1 : undefined)
    .toReversed()
    .join("/");
  if (whole) return `/${path}`;
  return names.length > 1 ? `…/${path}` : path;
}
