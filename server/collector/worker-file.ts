/** Which file the threads of an analysis run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { analyserVersion } from "./analyser-version.ts";

/** Where `tests/scripts/bundle.ts` puts the analyser as one file. */
export const bundleFolder = join(import.meta.dirname, "../../.build/analyser");

/** The name says of which sources it was made. */
export const bundleName = (): string => `${analyserVersion()}.cjs`;

/**
 * The analyser as one file, which a thread loads in half the time and memory that its 160 modules take; these where it isn't built, or
 * was built of others.
 */
export function workerFile(folder = bundleFolder): string {
  const bundle = join(folder, bundleName());
  return existsSync(bundle) ? bundle : join(import.meta.dirname, "analysis-worker.ts");
}
