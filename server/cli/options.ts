/** Flags of the commands: parsed by node:util, checked here, described in one table that --help prints. */
import { parseArgs } from "node:util";
import { usage } from "./failure.ts";

export interface FlagSpec {
  /** What --help shows after the name, e.g. `N`; absent for a switch. */
  value?: string;
  /** The value may be left out (`--serve` and `--serve HOST:PORT`). */
  optionalValue?: boolean;
  multiple?: boolean;
  help: string;
}
export type FlagTable = Record<string, FlagSpec>;
export interface Parsed {
  flags: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
  /** What stood after `--`. */
  rest: string[];
}

/**
 * Parses one command's arguments. A flag not in the table, a missing value or a value for a switch is wrong usage
 * (exit code 2) and named in the message.
 */
export function parseCommand(command: string, table: FlagTable, argv: readonly string[]): Parsed {
  const cut = argv.indexOf("--");
  const own = withOptionalValues(table, cut < 0 ? argv : argv.slice(0, cut));
  const rest = cut < 0 ? [] : argv.slice(cut + 1);
  const options: Record<string, { type: "string" | "boolean"; multiple: boolean }> = {
    help: { type: "boolean", multiple: false },
  };
  for (const [name, spec] of Object.entries(table)) {
    options[name] = { type: spec.value ? "string" : "boolean", multiple: spec.multiple ?? false };
  }
  try {
    const { values, positionals } = parseArgs({ args: own, options, allowPositionals: true, strict: true });
    return { flags: values as Parsed["flags"], positionals, rest };
  } catch (error) {
    const text = (error as Error).message.split("\n")[0]?.replace(/\. To specify.*$/, "");
    throw usage(`${command}: ${text}. See: errscope ${command} --help`);
  }
}

/** parseArgs knows no optional values: give `--serve` an empty one where none follows. */
function withOptionalValues(table: FlagTable, argv: readonly string[]): string[] {
  const out: string[] = [];
  argv.forEach((word, i) => {
    const spec = word.startsWith("--") ? table[word.slice(2)] : undefined;
    if (spec?.optionalValue) {
      const next = argv[i + 1];
      out.push(next === undefined || next.startsWith("-") || !/^[^/]*:?\d+$/.test(next) ? `${word}=` : word);
    } else {
      out.push(word);
    }
  });
  return out;
}

/** `90`, `90s`, `5m`, `1.5h`, `250ms` as milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match) throw usage(`"${text}" is no duration: write 30s, 5m or 1h`);
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? "s"] ?? 1_000;
  return Number(match[1]) * unit;
}

/** `HOST:PORT`, `:PORT` or `PORT`; port 0 takes any free one. */
export function parseAddress(
  text: string,
  fallback: { host: string; port: number },
): { host: string; port: number } {
  if (text === "") return fallback;
  const match = /^(?:(\[[0-9a-fA-F:]+\]|[^:]*):)?(\d{1,5})$/.exec(text);
  const port = match ? Number(match[2]) : Number.NaN;
  if (!match || port > 65_535)
    throw usage(`"${text}" is no address: write HOST:PORT, for example 127.0.0.1:7788`);
  const host = match[1]?.replace(/^\[|\]$/g, "");
  return { host: host || fallback.host, port };
}

/** A flag that takes one of a few words; the first is the default. @throws CommandFailure (2) on another. */
export function oneOf<T extends string>(
  name: string,
  text: string | undefined,
  words: readonly [T, ...T[]],
): T {
  if (text === undefined) return words[0];
  const found = words.find((word) => word === text);
  if (found === undefined) throw usage(`--${name} takes ${words.join(", ")}, not ${text}`);
  return found;
}

/** A flag that takes a whole number. @throws CommandFailure (2) on another. */
export function within(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
  fallback: number,
): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`--${name} takes a number from ${least} to ${most}, not ${text}`);
}

export function parsePid(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw usage(`"${text}" is no process id`);
  return Number(text);
}

/** A shell-like glob (`*`, `?`) over a whole string. */
export function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${body}$`);
}

export function flagLines(table: FlagTable): string {
  return columns(
    Object.entries({ ...table, help: { help: "print this text" } as FlagSpec }).map(([name, spec]) => {
      const value = spec.value ? (spec.optionalValue ? ` [${spec.value}]` : ` ${spec.value}`) : "";
      return [`--${name}${value}`, spec.help];
    }),
  );
}

/** Where help's lines are broken, in characters. */
const WIDTH = 110;
/** A longer name has its text below it, so that one long name doesn't push all texts to the right. */
const LONGEST_NAME = 32;

/** Names with their texts in a column of its own, as help prints them. */
export function columns(rows: readonly (readonly [name: string, text: string])[]): string {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= LONGEST_NAME);
  const width = Math.max(0, ...fitting) + 4;
  return rows
    .flatMap(([name, text]) => {
      const [first = "", ...rest] = wrapped(text, WIDTH - width);
      const isLong = name.length > LONGEST_NAME;
      const lines = isLong ? [`  ${name}`, " ".repeat(width) + first] : [`  ${name}`.padEnd(width) + first];
      return [...lines, ...rest.map((line) => " ".repeat(width) + line)];
    })
    .join("\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
