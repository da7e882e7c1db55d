/** Which file the threads of an analysis run. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyserVersion } from "./analyser-version.ts";

const root = join(import.meta.dirname, "../..");

/** Where `bundle.ts` puts the analyser as one file. */
export const bundleFolder = join(root, ".build/analyser");

/** The name says of which sources it was made, and how. */
export function bundleName(): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const digest = createHash("sha256").update(analyserVersion()).update(devDependencies.rolldown!);
  return `${digest.update(readFileSync(join(import.meta.dirname, "bundle.ts"))).digest("hex")}.cjs`;
}

/**
 * The analyser as one file, which a thread loads in half the time and memory that its modules take; these where it isn't built, or was
 * built of others.
 */
export function workerFile(folder = bundleFolder): string {
  const bundle = join(folder, bundleName());
  return existsSync(bundle) ? bundle : join(import.meta.dirname, "analysis-worker.ts");
}
