/**
 * `npm run build:analyser`: puts what the threads of an analysis run into one file in .build/analyser, without what they don't use of
 * it, and iced's WebAssembly beside it. Does nothing where that is there.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { bundleFolder, bundleName } from "../../server/collector/worker-file.ts";

/** @param folder where to; made anew if it has no bundle of these sources. */
export async function bundleAnalyser(folder: string): Promise<void> {
  if (existsSync(join(folder, bundleName()))) return;
  const part = `${folder}.${process.pid}`;
  try {
    mkdirSync(part, { recursive: true });
    const input = join(import.meta.dirname, "../../server/collector/analysis-worker.ts");
    const build = await rolldown({ input, platform: "node", logLevel: "warn" });
    // spaces alone go: `compiler-tiers.ts` and stacks go by names, and no code should be another than the one that is tested
    const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } };
    await build.write({ file: join(part, bundleName()), format: "cjs", minify, comments: false });
    await build.close();
    const wasm = createRequire(import.meta.url).resolve("iced-x86/iced_x86_bg.wasm");
    copyFileSync(wasm, join(part, "iced_x86_bg.wasm"));
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder); // whole or not at all
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

if (import.meta.main) await bundleAnalyser(bundleFolder);
