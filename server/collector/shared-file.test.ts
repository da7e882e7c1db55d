import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openShared, readShared } from "./shared-file.ts";

let dir = "";
let path = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errscope-shared-"));
  path = join(dir, "program");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const CODE_END = 0x30000;
const SIZE = 0x38000;
const CODE = 0xcc;

/** An ELF file: headers and code in one segment, as Go's linker lays them out, then data. */
function executable(): Buffer {
  const bytes = Buffer.alloc(SIZE, CODE);
  bytes.fill(0, 0, 64 + 2 * 56);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16); // ET_EXEC
  bytes.writeUInt16LE(62, 18); // EM_X86_64
  bytes.writeUInt32LE(64, 32); // e_phoff
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  const segment = (at: number, flags: number, offset: number, size: number) => {
    bytes.writeUInt32LE(1, at);
    bytes.writeUInt32LE(flags, at + 4);
    bytes.writeUInt32LE(offset, at + 8);
    bytes.writeUInt32LE(0x400000 + offset, at + 16);
    bytes.writeUInt32LE(size, at + 32);
    bytes.writeUInt32LE(size, at + 40);
  };
  segment(64, 5, 0, CODE_END);
  segment(64 + 56, 4, CODE_END, SIZE - CODE_END);
  bytes.fill(0xdd, CODE_END);
  return bytes;
}

async function left() {
  const { arrived, ...file } = openShared(path);
  expect(await arrived).toBe(true);
  if (!file.unread) throw new Error("all was read");
  return { ...file, unread: file.unread };
}

test("code is left out until it is asked for; the rest is there", async () => {
  writeFileSync(path, executable());
  const { bytes, unread } = await left();
  expect(unread).toMatchObject({ end: CODE_END });
  expect(bytes[unread.start - 1]).toBe(CODE);
  expect(bytes.subarray(unread.start, CODE_END).every((byte) => byte === 0)).toBe(true);
  expect(Buffer.compare(bytes.subarray(CODE_END), readFileSync(path).subarray(CODE_END))).toBe(0);
  expect(unread.read()).toBe(true);
  expect(Buffer.compare(bytes, readFileSync(path))).toBe(0);
});

test("the code is that of the file that was opened, when another has its path by now", async () => {
  writeFileSync(path, executable());
  const { bytes, unread } = await left();
  writeFileSync(`${path}.new`, executable().fill(1, 64 + 2 * 56));
  renameSync(`${path}.new`, path);
  expect(unread.read()).toBe(true);
  expect(Buffer.compare(bytes, executable())).toBe(0);
});

test("the code of a file that was written to meanwhile is not believed, the second time neither", async () => {
  writeFileSync(path, executable());
  const { unread } = await left();
  appendFileSync(path, "more");
  expect([unread.read(), unread.read()]).toEqual([false, false]);
});

test("what was closed before it was read never is", async () => {
  writeFileSync(path, executable());
  const { unread } = await left();
  unread.close();
  expect(unread.read()).toBe(false);
});

test.each([
  ["no ELF file", Buffer.from("#!/bin/sh\n")],
  ["empty", Buffer.alloc(0)],
  ["an ELF header alone", executable().subarray(0, 64)],
  ["a file whose code is in the first pages", executable().subarray(0, 0x8000)],
])("%s is read whole", async (_, content) => {
  writeFileSync(path, content);
  const { bytes, arrived, unread } = openShared(path);
  expect([await arrived, unread]).toEqual([true, null]);
  expect(Buffer.compare(bytes, content)).toBe(0);
  expect(Buffer.compare(readShared(path).bytes, content)).toBe(0);
});

test.each([
  ["removed", () => rmSync(path)],
  ["replaced", () => renameSync(`${path}.new`, path)],
  ["linked", () => linkSync(path, `${path}.link`)],
  ["given another mode", () => chmodSync(path, 0o700)],
])("a file that was %s before all was there has the bytes that it had", async (_, change) => {
  writeFileSync(`${path}.new`, "other");
  writeFileSync(path, executable());
  const { bytes, arrived, unread } = openShared(path);
  change();
  expect([await arrived, unread?.read()]).toEqual([true, true]);
  expect(Buffer.compare(bytes, executable())).toBe(0);
});

test("a file that was written to before all was there did not arrive", async () => {
  writeFileSync(path, executable());
  const { arrived, unread } = openShared(path);
  appendFileSync(path, "more"); // what has been read is looked at after this
  expect([await arrived, unread?.read()]).toEqual([false, false]);
});
