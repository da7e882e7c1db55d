import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { readElf } from "./elf.ts";
import { ElfImage } from "./image.ts";
import { Window } from "./window.ts";

const image = ElfImage.of(readElf(readFileSync(buildGo({ dir: "tests/go/twelve" }))));
const { address, fileSize } = image.segments.find((segment) => segment.fileSize > 4096)!;
const middle = address + 4 * Math.floor(fileSize / 8);

test.each([
  ["aligned", middle, middle + 64],
  ["at an odd address", middle + 1, middle + 62],
  ["empty", middle, middle],
  ["nowhere", 8, 72],
])("reads what the image reads in and around a range that is %s", (_, start, end) => {
  const window = new Window(image, start, end);
  for (let at = start - 12; at < end + 12; at++)
    for (const read of ["u8", "u16", "u32", "i32", "u64"] as const)
      expect([at - start, read, window[read](at)]).toEqual([at - start, read, image[read](at)]);
});
