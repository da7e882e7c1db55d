/** The rows of docs/static-map.md, one a line of `rows.ndjson`: a run of some programs leaves the other rows as they are. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../../support/index.ts";
import { programs } from "./programs.ts";
import { type Row, tables } from "./table.ts";

const kept = join(import.meta.dirname, "rows.ndjson");
export const table = join(repoRoot, "docs/static-map.md");

type Key = Pick<Row, "program" | "go" | "arch">;
const isSame = (a: Key, b: Key) => a.program === b.program && a.go === b.go && a.arch === b.arch;
const place = (row: Key) =>
  programs.findIndex(({ name, go, arch }) => isSame({ program: name, go, arch }, row));

export function readRows(): Row[] {
  if (!existsSync(kept)) return [];
  const lines = readFileSync(kept, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** Puts a row in its place and writes the table anew. */
export function keep(row: Row): void {
  const rows = [...readRows().filter((one) => !isSame(one, row)), row];
  rows.sort((a, b) => place(a) - place(b));
  writeFileSync(kept, rows.map((one) => `${JSON.stringify(one)}\n`).join(""));
  writeFileSync(table, tables(rows));
}
