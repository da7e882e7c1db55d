import { expect, it } from "vitest";
import { siteKinds } from "./index.ts";

it("names kinds of sites in words, together what belongs together, the most first", () => {
  expect(siteKinds({ convert: 9, new: 20, park: 1, resume: 1, end: 1, start: 7, later: 2 })).toEqual([
    { words: "an error is made", count: 20 },
    { words: "a goroutine waits, goes on, starts or ends", count: 10 },
    { words: "a value becomes an error", count: 9 },
    { words: "later", count: 2 },
  ]);
});
