import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { programs } from "./programs.ts";
import { readRows, table } from "./rows.ts";
import { tables } from "./table.ts";

test("docs/static-map.md is what the script writes of its rows, and each program has one", () => {
  const rows = readRows();
  const named = rows.map(({ program, go, arch }) => ({ name: program, go, arch }));
  expect(named).toEqual(programs.map(({ name, go, arch }) => ({ name, go, arch })));
  expect(readFileSync(table, "utf8")).toBe(tables(rows));
});
