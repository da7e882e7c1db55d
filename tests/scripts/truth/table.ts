/** docs/static-map.md out of the rows of a run. */
import type { CauseScore } from "./causes.ts";
import type { Score } from "./compare.ts";

export interface Row {
  program: string;
  version: string;
  go: string;
  megabytes: number;
  scores: Record<string, Omit<Score, "differences">>;
  causes: Pick<CauseScore, "types" | "claimed" | "checked" | "right">;
  unclaimed: string[];
  references: number;
  resolved: number;
  classes: Record<string, number>;
}

const COLUMNS = ["functions", "types", "fields", "error types", "their fields", "itabs"];

const number = (n: number): string => n.toLocaleString("en-US");
const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : part === whole ? "100 %" : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;

/** How many there are; recall and precision where one isn't 100 %. */
function cell(score: Omit<Score, "differences"> | undefined): string {
  if (!score) return "–";
  if (score.right === score.true && score.right === score.found) return number(score.true);
  return `${number(score.true)} (${percent(score.right, score.true)}, ${percent(score.right, score.found)})`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const title = (row: Row): string => [row.program, row.version].filter(Boolean).join(" ");

export function tables(rows: readonly Row[]): string {
  const reading = rows.map((row) =>
    line([
      title(row),
      row.go,
      `${row.megabytes.toFixed(0)} MB`,
      ...COLUMNS.map((name) => cell(row.scores[name])),
    ]),
  );
  const errors = rows.map((row) => {
    const classes = Object.entries(row.classes).sort((a, b) => b[1] - a[1]);
    return line([
      title(row),
      row.go,
      `${number(row.resolved)} of ${number(row.references)}`,
      percent(row.resolved, row.references),
      classes.map(([why, count]) => `${count} ${why}`).join("; ") || "–",
      `${row.causes.claimed} of ${row.causes.types}`,
      `${row.causes.right} of ${row.causes.checked}`,
    ]);
  });
  const left = new Map<string, number>();
  for (const text of rows.flatMap((row) => row.unclaimed)) left.set(text, (left.get(text) ?? 0) + 1);
  return `# What is read of a stripped binary, against the truth

Made by \`npm run truth\`, which builds each program twice from the same objects: plain, and stripped (\`-s -w\`), both with
\`-trimpath\`. The truth is what others say of the plain build: the linker (\`-dumpdep\`: every runtime type and itab that it
put in, and which types' values get into interfaces), the symbol table (functions), DWARF through Go's \`debug/dwarf\`
(addresses, kinds, sizes, fields with name, offset, type and embedding, signatures of methods). The stripped build is read by
\`server/binary\`. A number alone: that many, recall and precision 100 %; else both are in brackets.

${line(["program", "Go", "stripped", ...COLUMNS])}
${line(Array<string>(COLUMNS.length + 3).fill("---"))}
${reading.join("\n")}

References to itabs of errors in code that are resolved to probes, with the classes of the rest; types with an \`Unwrap\` (or
\`Cause\`) method whose result is known; and how many of those claims, where the method's source is a plain return of a
field, agree with it.

${line(["program", "Go", "references resolved", "", "not resolved", "Unwrap known", "as in its source"])}
${line(Array<string>(7).fill("---"))}
${errors.join("\n")}

\`Unwrap\` methods whose result isn't known, with the number of the programs above:

${[...left]
  .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  .map(([text, count]) => `- ${text} (${count})`)
  .join("\n")}
`;
}
