/**
 * `npm run build:analyser`: puts what the threads of an analysis run into one file in .build/analyser, without what they don't use of
 * it, and iced's WebAssembly beside it. Does nothing where that is there.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { bundleFolder, bundleName } from "./worker-file.ts";

const WASM = "iced_x86_bg.wasm";

/** @param folder where to; other bundles in it are removed. */
export async function bundleAnalyser(folder: string): Promise<void> {
  const name = bundleName();
  if (existsSync(join(folder, name))) return;
  const part = join(folder, `${process.pid}.part`);
  mkdirSync(part, { recursive: true });
  try {
    const build = await rolldown({
      input: join(import.meta.dirname, "analysis-worker.ts"),
      platform: "node",
      logLevel: "warn",
    });
    // spaces alone go: `compiler-tiers.ts` and stacks go by names, and no code should be another than the one that is tested
    const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } };
    await build.write({ file: join(part, name), format: "cjs", strict: true, minify, comments: false });
    await build.close();
    copyFileSync(createRequire(import.meta.url).resolve(`iced-x86/${WASM}`), join(part, WASM));
    for (const file of [WASM, name]) renameSync(join(part, file), join(folder, file)); // whole or not at all
    for (const file of readdirSync(folder))
      if (file.endsWith(".cjs") && file !== name) rmSync(join(folder, file));
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

if (import.meta.main) await bundleAnalyser(bundleFolder);
