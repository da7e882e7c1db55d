import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { esFile } from "../tracer/index.ts";
import { readExecutable } from "./read-executable.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errscope-read-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const unasked = () => Promise.reject(new Error("the tracer was asked"));

test("a file that may be read is read without the tracer, with the identity that the tracer would tell", async () => {
  const path = join(dir, "program");
  writeFileSync(path, "bytes");
  const { bytes, file, status } = await readExecutable(path, unasked);
  expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe("bytes");
  const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
  expect(status).toMatchObject({ dev, ino, size, mtimeNs });
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  expect(file.byteLength).toBe(esFile.size);
  expect(esFile.read(view, 0)).toMatchObject({ dev: Number(dev), ino: Number(ino), size: 5 });
  expect(view.getBigInt64(esFile.offset.mtime, true)).toBe(mtimeNs);
});

test("else the tracer reads it, and what the file was meanwhile isn't known", async () => {
  const told = { file: new Uint8Array(esFile.size), bytes: new Uint8Array(3) };
  const { arrived, ...read } = await readExecutable(join(dir, "none"), async () => told);
  expect(read).toEqual({ ...told, status: null, unread: null });
  expect(await arrived).toBe(true);
});
