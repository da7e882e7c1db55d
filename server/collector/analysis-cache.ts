/** Results of analyses on disk, by the content of the executable and of the analyser. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { analyserVersion } from "./analyser-version.ts";
import type { PlainErrorMap } from "./analysis.ts";
import { cacheDir } from "./cache-dir.ts";
import { ContentIndex, type FileStatus } from "./content-index.ts";

/** Bytes of results that are kept; the longest unused go first. */
const MAX_BYTES = 256 << 20;
const SUFFIX = ".errormap";
/** One that is being written, by the process of that pid, or was when that was killed. */
const IS_PART = /\.(errormap|json)\.\d+$/;
const ABANDONED_MS = 3_600_000;

export class AnalysisCache {
  readonly #dir: string | null;
  readonly #contents: ContentIndex;

  /** @param dir null: nothing is kept. */
  constructor(dir = cacheDir()) {
    this.#dir = dir;
    this.#contents = new ContentIndex(dir);
  }

  /** Names the result for an executable: a digest of its bytes, of what was asked and of the analyser's own source. */
  keyOf(bytes: Uint8Array, returns: readonly RegExp[] = [], status: FileStatus | null = null): string {
    return this.#key(this.#contents.learn(bytes, status), returns);
  }

  /** The same for the file with this status, where that can be said without its bytes; else null. */
  knownKey(status: FileStatus | null, returns: readonly RegExp[] = []): string | null {
    const content = this.#contents.known(status);
    return content && this.#key(content, returns);
  }

  #key(content: string, returns: readonly RegExp[]): string {
    const asked = JSON.stringify(returns.map(({ source }) => source).sort());
    return createHash("sha256").update(analyserVersion()).update(asked).update(content).digest("hex");
  }

  /** An earlier result; null if there is none that can be read. */
  get(key: string): PlainErrorMap | null {
    if (this.#dir === null) return null;
    const file = join(this.#dir, key + SUFFIX);
    try {
      const plain = deserialize(readFileSync(file)) as PlainErrorMap;
      const now = new Date();
      utimesSync(file, now, now);
      return plain;
    } catch {
      return null; // none, or one that was cut short: the analysis is made anew and replaces it
    }
  }

  /** Keeps a result. Where that can't be done (a full or read-only disk), the next analysis takes its time again. */
  put(key: string, plain: PlainErrorMap): void {
    if (this.#dir === null) return;
    const file = join(this.#dir, key + SUFFIX);
    const part = `${file}.${process.pid}`;
    try {
      writeFileSync(part, serialize(plain), { mode: 0o600 });
      renameSync(part, file); // whole or not at all
      makeRoom(this.#dir);
    } catch {
      rmSync(part, { force: true });
    }
  }
}

function makeRoom(dir: string): void {
  const files = readdirSync(dir)
    .filter((name) => name.endsWith(SUFFIX) || IS_PART.test(name))
    .map((name) => ({ path: join(dir, name), isPart: IS_PART.test(name), ...statusOf(join(dir, name)) }))
    .sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { path, isPart, size, used } of files) {
    total += size;
    if (total > MAX_BYTES || (isPart && Date.now() - used > ABANDONED_MS)) rmSync(path, { force: true });
  }
}

function statusOf(path: string): { size: number; used: number } {
  const status = statSync(path, { throwIfNoEntry: false });
  return { size: status?.size ?? 0, used: status?.mtimeMs ?? 0 };
}
