import { createHash } from "node:crypto";
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ContentIndex, type FileStatus } from "./content-index.ts";

let dir = "";
let file = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errscope-index-"));
  file = join(dir, "program");
  writeFileSync(file, "one");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
/** The file's status as it is told `after` ms from its last change; an hour unless said. */
const statusOf = (path: string, after = 3_600_000) => ({
  ...statSync(path, { bigint: true }),
  asked: statSync(path).ctimeMs + after,
});
const learnOne = (index: ContentIndex, status: FileStatus | null = statusOf(file)) =>
  index.learn(new TextEncoder().encode("one"), status);

test("a file that is as it was is known without its bytes, by another process too", () => {
  const index = new ContentIndex(dir);
  expect(index.known(statusOf(file))).toBeNull();
  expect(learnOne(index)).toBe(sha256("one"));
  expect(new ContentIndex(dir).known(statusOf(file))).toBe(sha256("one"));
});

test.each([
  ["racy: one that had just changed when it was read", 2000],
  ["one that changed after now, by the clock", -3_600_000],
])("%s is hashed each time", (_, after) => {
  const index = new ContentIndex(dir);
  learnOne(index, statusOf(file, after));
  expect(index.known(statusOf(file))).toBeNull();
});

test("what is learnt of a status last is what counts", () => {
  const index = new ContentIndex(dir);
  learnOne(index);
  index.learn(new TextEncoder().encode("two"), statusOf(file));
  expect(index.known(statusOf(file))).toBe(sha256("two"));
});

/** Long enough for the kernel's clock to tick. */
const tick = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);

test.each([
  ["is touched", () => utimesSync(file, 1, 1)],
  [
    "is written to, and its old mtime set again",
    () => {
      const { atime, mtime } = statSync(file);
      writeFileSync(file, "two");
      utimesSync(file, atime, mtime);
    },
  ],
  [
    "is replaced by one of the same size and mtime",
    () => {
      const { atime, mtime } = statSync(file);
      const other = join(dir, "other");
      writeFileSync(other, "two");
      utimesSync(other, atime, mtime);
      renameSync(other, file);
    },
  ],
  [
    "is replaced by a copy",
    () => {
      copyFileSync(file, join(dir, "copy"));
      renameSync(join(dir, "copy"), file);
    },
  ],
  ["gets another name", () => linkSync(file, join(dir, "link"))],
])("a file that %s is hashed again", (_, change) => {
  const index = new ContentIndex(dir);
  learnOne(index);
  tick();
  change();
  expect(index.known(statusOf(file))).toBeNull();
});

test("without a status nothing is kept", () => {
  const index = new ContentIndex(dir);
  expect(learnOne(index, null)).toBe(sha256("one"));
  expect([index.known(null), index.known(statusOf(file)), readdirSync(dir)]).toEqual([
    null,
    null,
    ["program"],
  ]);
});

test.each(["", "{", "null", '[1, null, {"file": 1}]'])("an index of %j is made anew", (damaged) => {
  const index = new ContentIndex(dir);
  writeFileSync(join(dir, "contents.json"), damaged);
  expect(index.known(statusOf(file))).toBeNull();
  learnOne(index);
  expect(index.known(statusOf(file))).toBe(sha256("one"));
  expect(JSON.parse(readFileSync(join(dir, "contents.json"), "utf8"))).toHaveLength(1);
});

test("no folder: all is hashed", () => {
  const index = new ContentIndex(null);
  expect(learnOne(index)).toBe(sha256("one"));
  expect(index.known(statusOf(file))).toBeNull();
});
