/** A file's bytes in shared memory, where an analysis uses them without a copy; its code is read when it is needed. */
import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { codeRange, type UnreadRange } from "../binary/index.ts";
import type { FileStatus } from "./content-index.ts";

/** Headers: Go's linker and others put them into the first page. */
const HEAD = 1 << 16;
const READ_SIZE = 16 << 20;
/** Who reads the file may be too busy to ask for the next piece. */
const READ_ASIDE = 1 << 30;

/** A file of which parts are still being read, and code isn't. */
export interface OpenFile {
  bytes: Uint8Array;
  /** From before anything was read. */
  status: FileStatus;
  /** True once all but `unread` is there; false where that failed, or the file was written to meanwhile: believe no byte. */
  arrived: Promise<boolean>;
  /** What is read when it is asked for; until then the file is held open. */
  unread: UnreadFile | null;
}

/**
 * All of it at once; its status is null if it was written to meanwhile.
 * @throws the system's error.
 */
export function readShared(path: string): { bytes: Uint8Array; status: FileStatus | null } {
  const file = openSync(path, "r");
  try {
    const before = statusOf(file);
    const bytes = sharedBytes(before);
    const end = readRange(file, bytes, 0, bytes.length);
    return { bytes: bytes.subarray(0, end), status: sameContent(before, statusOf(file)) ? before : null };
  } finally {
    closeSync(file);
  }
}

/**
 * The largest executable segment is left out: half of a Go program, of which an executable that is known needs little. The
 * rest is read by another thread meanwhile.
 * @throws the system's error.
 */
export function openShared(path: string): OpenFile {
  const file = openSync(path, "r");
  try {
    const status = statusOf(file);
    const bytes = sharedBytes(status);
    const head = readRange(file, bytes, 0, HEAD);
    const code = codeRange(bytes);
    const left = code && { start: Math.max(code.start, head), end: Math.min(code.end, bytes.length) };
    const lazy = left && left.start < left.end ? left : { start: bytes.length, end: bytes.length };
    const parts = [readAside(file, bytes, head, lazy.start), readAside(file, bytes, lazy.end, bytes.length)];
    const arrived = Promise.all(parts)
      .then((whole) => whole.every(Boolean) && sameContent(status, statusOf(file)))
      .catch(() => false); // a filesystem that is gone
    if (lazy.start < lazy.end)
      return { bytes, status, arrived, unread: new UnreadFile(file, bytes, lazy, status, arrived) };
    return { bytes, status, arrived: arrived.finally(() => closeSync(file)), unread: null };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const statusOf = (file: number): FileStatus => {
  const asked = Date.now();
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
  return { dev, ino, size, mtimeNs, ctimeNs, asked };
};

const sharedBytes = ({ size }: FileStatus) => new Uint8Array(new SharedArrayBuffer(Number(size)));

/** @returns false where the file ends before `end`. */
async function readAside(file: number, bytes: Uint8Array, start: number, end: number): Promise<boolean> {
  for (let at = start; at < end; ) {
    const got = await new Promise<number>((done, fail) => {
      read(file, bytes, at, Math.min(end - at, READ_ASIDE), at, (error, size) =>
        error ? fail(error) : done(size),
      );
    });
    if (got === 0) return false;
    at += got;
  }
  return true;
}

/** @returns where the bytes end that are there: `end`, or before it, at the end of the file. */
function readRange(file: number, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const last = Math.min(end, bytes.length);
  for (let got = -1; at < last && got !== 0; at += got)
    got = readSync(file, bytes, at, Math.min(last - at, READ_SIZE), at);
  return at;
}

/**
 * A write sets mtime, but for later stores to a page that is mapped already (see `ContentIndex`). ctime is another too once the
 * file is removed, replaced, linked or given another mode, which leaves these bytes as they are.
 */
const sameContent = (before: FileStatus, after: FileStatus): boolean =>
  before.size === after.size && before.mtimeNs === after.mtimeNs;

/** The rest of a file that is held open: the same file, whatever its path names by now. */
export class UnreadFile implements UnreadRange {
  readonly start: number;
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #status: FileStatus;
  readonly #others: Promise<unknown>;
  #file: number | null;
  #whole = false;

  /** @param file is closed once it is read and `others` are done with it. `status`: of the file when the rest was read. */
  constructor(
    file: number,
    bytes: Uint8Array,
    { start, end }: { start: number; end: number },
    status: FileStatus,
    others: Promise<unknown>,
  ) {
    this.#file = file;
    this.#others = others;
    this.#bytes = bytes;
    this.start = start;
    this.end = end;
    this.#status = status;
  }

  read(): boolean {
    if (this.#file === null) return this.#whole;
    try {
      const got = readRange(this.#file, this.#bytes, this.start, this.end);
      this.#whole = got === this.end && sameContent(this.#status, statusOf(this.#file));
    } catch {
      this.#whole = false; // a filesystem that is gone
    } finally {
      this.close();
    }
    return this.#whole;
  }

  /** What isn't read by then never is. */
  close(): void {
    const file = this.#file;
    this.#file = null;
    if (file !== null) void this.#others.finally(() => closeSync(file));
  }
}
