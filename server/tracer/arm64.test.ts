import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildDir, repoRoot } from "../../tests/support/index.ts";

/** e_machine of BPF (include/uapi/linux/elf-em.h). */
const EM_BPF = 247;

test("the BPF programs compile for arm64, without a warning", () => {
  const objects = ["errscope", "errscope-nosleep"].map((name) => join(buildDir, `bpf/${name}.arm64.bpf.o`));
  for (const path of objects) rmSync(path, { force: true });
  const output = execFileSync("make", ["-s", "-C", join(repoRoot, "bpf"), "arm64"], { encoding: "utf8" });
  expect(output).not.toMatch(/warning|error/);
  for (const path of objects) {
    const bytes = readFileSync(path);
    expect(bytes.readUInt16LE(18)).toBe(EM_BPF);
    expect(bytes.includes("uprobe")).toBe(true);
  }
}, 120_000);
