import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

let known: string | null = null;

/**
 * A digest of the analyser's source, of what decodes for it and of what runs it: another analyser may find other things in the same
 * bytes. Hexadecimal; as the files were when it was first asked for.
 */
export function analyserVersion(): string {
  known ??= digestOf(join(import.meta.dirname, "..", "binary"));
  return known;
}

function digestOf(root: string): string {
  const digest = createHash("sha256");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((one) => one.endsWith(".ts") && !one.endsWith(".test.ts")).sort())
    digest.update(name).update(readFileSync(join(root, name)));
  for (const name of ["analysis.ts", "analysis-worker.ts"])
    digest.update(readFileSync(join(import.meta.dirname, name)));
  const { version } = createRequire(import.meta.url)("iced-x86/package.json") as { version: string };
  return digest.update(version).update(process.version).digest("hex");
}
