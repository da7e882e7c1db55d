/** docs/static-map.md out of the rows of a run. */
import type { CauseScore } from "./causes.ts";
import type { Score } from "./compare.ts";
import type { MessageScore } from "./messages.ts";
import type { ReferenceCount, Resolved } from "./references.ts";
import type { ReturningScore } from "./returning.ts";

export interface Row extends ReferenceCount {
  program: string;
  version: string;
  go: string;
  arch: "amd64" | "arm64";
  megabytes: number;
  scores: Record<string, Omit<Score, "differences">>;
  causes: Pick<CauseScore, "types" | "claimed" | "checked" | "right">;
  unclaimed: string[];
  messages?: Omit<MessageScore, "wrong">;
  returning?: Omit<ReturningScore, "wrong">;
}

const COLUMNS = ["functions", "types", "fields", "error types", "their fields", "itabs"];

const ERROR_COLUMNS = [
  "program",
  "Go",
  "references resolved",
  "",
  "not resolved",
  "into `any`, probed",
  "into `any`, not probed",
  "Unwrap known",
  "as in its source",
];

const number = (n: number): string => n.toLocaleString("en-US");
const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : part === whole ? "100 %" : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;

/** How many there are; recall and precision where one isn't 100 %. */
function cell(score: Omit<Score, "differences"> | undefined): string {
  if (!score) return "–";
  if (score.right === score.true && score.right === score.found) return number(score.true);
  return `${number(score.true)} (${percent(score.right, score.true)}, ${percent(score.right, score.found)})`;
}

const classesOf = ({ classes }: Resolved): string =>
  Object.entries(classes)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([why, count]) => `${number(count)} ${why}`)
    .join("; ") || "–";

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const title = (row: Pick<Row, "program" | "version" | "arch">): string =>
  [row.program, row.version, row.arch === "amd64" ? "" : row.arch].filter(Boolean).join(" ");

/** Reasons that are shown. */
const REASONS = 20;

/** Why messages aren't known, or not wholly. */
function reasonsOf(rows: readonly Row[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { messages } of rows) {
    for (const [reason, count] of Object.entries(messages?.reasons ?? {}))
      counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, REASONS);
}

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
    const { references, intoAny } = row;
    return line([
      title(row),
      row.go,
      `${number(references.resolved)} of ${number(references.found)}`,
      percent(references.resolved, references.found),
      classesOf(references),
      `${number(intoAny.resolved)} of ${number(intoAny.found)}`,
      classesOf(intoAny),
      `${row.causes.claimed} of ${row.causes.types}`,
      `${row.causes.right} of ${row.causes.checked}`,
    ]);
  });
  const messages = rows.flatMap(({ messages: m, ...row }) =>
    m
      ? line([
          title(row),
          row.go,
          number(m.types),
          percent(m.known, m.types),
          percent(m.known + m.partly, m.types),
          m.tried === 0 ? "–" : `${number(m.checked)} of ${number(m.tried)}`,
          m.tried === 0 ? "–" : `${number(m.equal)} of ${number(m.values)}`,
        ])
      : [],
  );
  const returning = rows.flatMap(({ returning: r, ...row }) =>
    r
      ? line([
          title(row),
          row.go,
          number(r.true),
          `${percent(r.dwarf.right, r.true)}, ${percent(r.dwarf.right, r.dwarf.found)}`,
          `${percent(r.inferred.right, r.true)}, ${percent(r.inferred.right, r.inferred.found)}`,
        ])
      : [],
  );
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

References to itabs of errors in code that are resolved to probes, with the classes of the rest. Conversions of error types to
\`any\`, which are not among these: those that are probed since they surely are of a new error, with the classes of the rest.
Types with an \`Unwrap\` (or \`Cause\`) method whose result is known; and how many of those claims, where the method's source
is a plain return of a field, agree with it.

${line(ERROR_COLUMNS)}
${line(Array<string>(ERROR_COLUMNS.length).fill("---"))}
${errors.join("\n")}

Messages: of the error types that aren't the standard library's, those of which every text that \`Error()\` can return is
understood (of lists of errors: of up to 16), and those of which at least some are. The proof: a program built inside the same
module makes 40 values of each exported type by reflection, with strings, numbers, nil and not nil, and prints what
\`Error()\` returns; errscope reads that program's stripped build and renders the same values. Types with a text claimed of
those tried; values with the same text, byte for byte, of those with one claimed. (Of our own, only \`messages\` prints its
errors.)

${line(["program", "Go", "custom types", "message known", "known or in part", "types compared", "values equal"])}
${line(Array<string>(7).fill("---"))}
${messages.join("\n")}

Why messages aren't known, or not wholly, with the number of types (\`T\` and \`*T\` are two) of all the programs above; the
most frequent reasons:

${reasonsOf(rows)
  .map(([reason, count]) => `- ${reason}: ${number(count)}`)
  .join("\n")}

Functions that return an error, by Go's \`debug/dwarf\`: recall and precision of what \`inspect --json\` lists of the plain
build, by its debugging information, and of the stripped one, by the types of methods and by the code. (Of functions whose
signature debugging information tells: not of wrappers up to Go 1.20, of the assembler's, and of some that range over
functions. What is wrong of the inferred ones: a few leave an error in the registers of results without having any, or return
a struct or an \`any\` that holds it.)

${line(["program", "Go", "functions", "plain", "stripped"])}
${line(Array<string>(5).fill("---"))}
${returning.join("\n")}

\`Unwrap\` methods whose result isn't known, with the number of the programs above:

${[...left]
  .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  .map(([text, count]) => `- ${text} (${count})`)
  .join("\n")}
`;
}
