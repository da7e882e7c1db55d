/**
 * Digests of files that were read before, by what the system says of them, as git's index does
 * (Documentation/technical/racy-git.txt of git 2.43): a file that is as it was needs no reading to be known.
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** stat(2) of a file, times in ns. A write, and a change of its times, sets ctime, which no program can choose. */
export interface FileStatus {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  /** When the system was asked, before any of the file was read: ms since 1970. */
  asked: number;
}

interface Entry {
  file: string;
  /** Its bytes' SHA-256. */
  digest: string;
}

const FILE = "contents.json";
const MAX_ENTRIES = 512;
/**
 * A file that changed so shortly before it was read may change again without another ctime: filesystems keep it to the
 * tick of the kernel's clock, a second, or two (FAT).
 */
const RACY_MS = 3000;

/**
 * What is said of a file may be of other bytes than it has now: the system tells of the first store to a page that a program
 * has mapped, and not of those right after it. A reader of what was kept makes sure by the build ID (`readAgain`).
 */
export class ContentIndex {
  readonly #path: string | null;

  /** @param dir null: nothing is kept. */
  constructor(dir: string | null) {
    this.#path = dir === null ? null : join(dir, FILE);
  }

  /** The SHA-256, in hexadecimal, of the bytes of the file with this status; null if it isn't known without them. */
  known(status: FileStatus | null): string | null {
    const file = status && nameOf(status);
    return this.#read().find((entry) => entry.file === file)?.digest ?? null;
  }

  /**
   * The SHA-256 of a file's bytes, in hexadecimal, which is known from then on.
   * @param bytes all of them. `status`: of the file when they were read; null where that isn't known: nothing is kept.
   */
  learn(bytes: Uint8Array, status: FileStatus | null): string {
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (status && isSettled(status)) {
      const file = nameOf(status);
      this.#write([{ file, digest }, ...this.#read().filter((entry) => entry.file !== file)]);
    }
    return digest;
  }

  #read(): Entry[] {
    try {
      const said: unknown = JSON.parse(readFileSync(this.#path ?? "", "utf8"));
      return Array.isArray(said) ? said.filter(isEntry) : [];
    } catch {
      return []; // none, or one that was cut short: files are hashed, and it is made anew
    }
  }

  #write(entries: readonly Entry[]): void {
    if (this.#path === null) return;
    const part = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(part, JSON.stringify(entries.slice(0, MAX_ENTRIES)), { mode: 0o600 });
      renameSync(part, this.#path);
    } catch {
      rmSync(part, { force: true }); // a full or read-only disk: hashed again the next time
    }
  }
}

function isSettled({ ctimeNs, mtimeNs, asked }: FileStatus): boolean {
  const newest = ctimeNs > mtimeNs ? ctimeNs : mtimeNs;
  return asked - Number(newest / 1_000_000n) > RACY_MS;
}

const nameOf = ({ dev, ino, size, mtimeNs, ctimeNs }: FileStatus): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(" ");

const isEntry = (said: unknown): said is Entry =>
  typeof (said as Entry | null)?.file === "string" && typeof (said as Entry).digest === "string";
