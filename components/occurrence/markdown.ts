import {
  type ErrorValue,
  type Frame,
  type OccurrenceEvent,
  placeWords,
  type SwallowedBy,
} from "../../server/events/index.ts";
import { headOf } from "../filter/index.ts";
import { ancestryWords, formatNanoseconds, goroutineWords } from "../format/index.ts";
import { errorOf } from "../live/index.ts";
import { TRAPS } from "../traps/index.ts";

/** Values of a chain that are written out; a report is for reading. */
const MOST_VALUES = 100;

/** An occurrence as Markdown for an issue or a chat: what, where, chain and the whole stack. */
export function occurrenceMarkdown(event: OccurrenceEvent): string {
  const { site, process, goroutine } = event;
  const { type, message } = titleOf(event);
  const lines = [
    `### ${code(type)}`,
    "",
    fence(message || "(no message)"),
    "",
    `- ${event.kind === "error" ? `${site.op} in` : `${event.kind} in`} ${code(site.function)} at ${code(`${site.file}:${site.line}`)}`,
    `- process ${code(process.name)} (${[`pid ${process.pid}`, ...placeWords(process)].join(", ")}) on ${process.host}, ${code(process.exe)}`,
    `- ${goroutine ? `goroutine ${goroutine.id}` : "no goroutine"}${goroutine?.createdBy ? `, created by ${ancestryWords(goroutine).map(code).join(" ← ")}` : ""}, thread ${event.thread}`,
    `- ${event.time}, event ${code(event.id)}`,
  ];
  for (const trap of event.traps ?? []) lines.push(`- **${TRAPS[trap].name}**: ${TRAPS[trap].meaning}`);
  if ("swallowed" in event && event.swallowed) lines.push(`- ${letGo(event.swallowed)}`);
  if ("kept" in event && event.kept)
    lines.push(`- the group keeps ${code(event.kept.type)} ${code(event.kept.message)}`);
  if (event.kernel?.explanation) lines.push(`- why the deadline was missed: ${event.kernel.explanation}`);
  if (event.kind === "panic" && event.during)
    lines.push(`- began in a deferred call during panic ${code(event.during)}`);
  if (event.kind === "panic" && event.again)
    lines.push(`- the value of panic ${code(event.again)}, which was recovered, thrown again`);
  for (const { error, from, waitNs } of ("handovers" in event && event.handovers) || [])
    lines.push(`- ${code(error)} was seen on goroutine ${from}, ${formatNanoseconds(waitNs)} before`);
  if (event.sampled > 1) lines.push(`- stands for ${event.sampled} occurrences`);
  const error = errorOf(event);
  if (error && error.causes.length > 0) lines.push("", "**Chain**", "", ...chainLines(error));
  lines.push("", "**Stack**", "", fence(event.stack.map(frameText).join("\n") || "(none captured)"));
  if (event.stackNote) lines.push("", `The stack is not whole: ${event.stackNote}`);
  return `${lines.join("\n")}\n`;
}

/** How a function lets a value go, in words. */
export const LETS_GO: Record<SwallowedBy["how"], string> = {
  dropped: "dropped",
  tested: "only tested",
  compared: "only compared",
};

/** Who lets the value go, in words. */
function letGo({ how, or, ...by }: SwallowedBy): string {
  const place = (at: typeof by) => `${code(at.function)} at ${code(`${at.file}:${at.line}`)}`;
  return `${LETS_GO[how]} by ${place(by)}${or ? `, or by ${place(or)}` : ""}`;
}

/** Type and message of any occurrence. */
export function titleOf(event: OccurrenceEvent): { type: string; message: string } {
  if (event.kind === "recover")
    return {
      type: "recover",
      message: event.panic
        ? "a panic was recovered"
        : "a panic that began before errscope was attached was recovered",
    };
  if (event.kind === "goroutine") return { type: "goroutine", message: goroutineWords(event) };
  if (event.kind === "goexit") return { type: "runtime.Goexit", message: "the goroutine ended itself" };
  return headOf(event);
}

function chainLines(root: ErrorValue): string[] {
  const lines: string[] = [];
  const work: { error: ErrorValue; depth: number; how: string }[] = [{ error: root, depth: 0, how: "" }];
  while (work.length > 0 && lines.length < MOST_VALUES) {
    const { error, depth, how } = work.pop()!;
    lines.push(
      `${"  ".repeat(depth)}- ${how}${code(error.type)} ${code(error.message.replaceAll("\n", " ⏎ "))}${error.typedNil ? " (typed nil)" : ""}`,
    );
    for (const { via, error: cause } of error.causes.toReversed()) {
      work.push({
        error: cause,
        depth: depth + 1,
        how: via === "unwrap" ? "" : `(${via}, not seen by errors.Is) `,
      });
    }
  }
  if (work.length > 0) lines.push("- … and more");
  return lines;
}

const frameText = (f: Frame) => `${f.function}${f.inlined ? " (inlined)" : ""}\n\t${f.file}:${f.line}`;

/** Inline code that survives backticks in the text. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  if (longest === 0) return `\`${text}\``;
  const ticks = "`".repeat(longest + 1);
  return `${ticks} ${text} ${ticks}`;
}

function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
