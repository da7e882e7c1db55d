/** Texts of package net's addresses, as their String methods print them (net/{ip,tcpsock,udpsock,iprawsock,unixsock}.go). */
import type { GoType } from "../binary/index.ts";
import type { CapturedObject } from "./object.ts";
import { decodeText } from "./text.ts";

const NAMES = new Set(["net.TCPAddr", "net.UDPAddr", "net.IPAddr", "net.UnixAddr"]);
const FIELDS: Readonly<Record<string, string>> = {
  IP: "slice",
  Port: "int",
  Zone: "string",
  Name: "string",
  Net: "string",
};

/** One of the address types of the standard library, with no field that we don't know. */
export function isNetAddress(struct: GoType): boolean {
  return (
    struct.pkgPath === "net" && NAMES.has(struct.name) && struct.fields.every(({ name }) => name in FIELDS)
  );
}

/** Null when a part of it was not captured. */
export function netAddressText(struct: GoType, object: CapturedObject): string | null {
  const offset = (name: string) => struct.fields.find((field) => field.name === name)?.offset ?? -1;
  const text = (name: string): string | null => {
    const read = object.text(offset(name));
    return "text" in read && read.text.bytes.length === read.text.length ? decodeText(read.text).text : null;
  };
  if (struct.name === "net.UnixAddr") return text("Name");
  const read = object.text(offset("IP"));
  const zone = text("Zone");
  if (!("text" in read) || zone === null) return null;
  const ip = ipText(read.text.bytes);
  if (ip === null) return null;
  const host = zone === "" ? ip : `${ip}%${zone}`;
  if (struct.name === "net.IPAddr") return host;
  const port = object.int(offset("Port"), 8);
  if (port === null) return null;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** net.IP's String, but "" for no bytes, as the address types print it; null for a length that is no address. */
export function ipText(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "";
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return null;
  if (bytes.subarray(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff) {
    return bytes.subarray(12).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  // RFC 5952: only a run of two groups or more is shortened.
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
    i = Math.max(i, end - 1);
  }
  return best;
}
