import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildGo, tempDir } from "../../tests/support/index.ts";
import { analyse } from "./analysis.ts";
import { bundleAnalyser } from "./bundle.ts";
import { readShared } from "./shared-file.ts";
import { bundleName, workerFile } from "./worker-file.ts";

const sources = join(import.meta.dirname, "analysis-worker.ts");

test("threads run the sources until a bundle of these is built", async () => {
  const folder = join(tempDir("bundle"), "analyser");
  expect(workerFile(folder)).toBe(sources);
  await bundleAnalyser(folder);
  const bundle = join(folder, bundleName());
  expect(workerFile(folder)).toBe(bundle);
  const other = tempDir("bundle");
  copyFileSync(bundle, join(other, `0${bundleName()}`));
  expect(workerFile(other)).toBe(sources);
});

test("a bundle of other sources is replaced, and what is there isn't built again", async () => {
  const folder = tempDir("bundle");
  copyFileSync(sources, join(folder, "0.cjs"));
  await bundleAnalyser(folder);
  const built = ["iced_x86_bg.wasm", bundleName()].sort();
  expect(readdirSync(folder).sort()).toEqual(built);
  writeFileSync(join(folder, bundleName()), "as it was");
  await bundleAnalyser(folder);
  expect(readFileSync(join(folder, bundleName()), "utf8")).toBe("as it was");
});

test.each([1, 2, 3] as const)("both find the same, %i threads", async (threads) => {
  const folder = join(tempDir("bundle"), "analyser");
  await bundleAnalyser(folder);
  const { bytes } = readShared(buildGo({ dir: "tests/go/forms", go: "1.27.1", form: "stripped" }));
  const whole = async (worker: string) => {
    const { binary, ms: _, ...rest } = await analyse(bytes, { cache: null, threads, worker });
    return JSON.stringify({ ...rest, remembered: binary.remembered }, (_key, value: unknown) =>
      value instanceof Map ? [...value] : value,
    );
  };
  const found = await whole(workerFile(folder));
  expect(found).toContain("*fs.PathError");
  expect(found).toBe(await whole(sources));
});
