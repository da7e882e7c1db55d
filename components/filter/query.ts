/**
 * The filter box: words that must all be found, each in any field; `key:word` looks in one field, a leading `-` excludes,
 * and double quotes keep spaces. Upper and lower case are the same. A word with a colon whose key is unknown is searched
 * as it stands, since error messages are full of colons.
 */

/** What a thing on the screen offers to be searched. */
export interface Searchable {
  type: string;
  message: string;
  function: string;
  file: string;
  package: string;
  op: string;
  kind: string;
  pid: string;
  /** Whose code: module, library, standard, runtime. */
  origin: string;
  trap: string;
}
type Key = keyof Searchable;

const KEYS: Record<string, Key> = {
  type: "type",
  message: "message",
  msg: "message",
  function: "function",
  fn: "function",
  file: "file",
  package: "package",
  pkg: "package",
  op: "op",
  kind: "kind",
  pid: "pid",
  origin: "origin",
  trap: "trap",
};

interface Term {
  key: Key | null;
  text: string;
  exclude: boolean;
}

/** A compiled filter; `null` when the text asks for nothing. */
export type Filter = ((thing: Partial<Searchable>) => boolean) | null;

export function parseTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (const [, minus, prefix, quoted, plain] of text.matchAll(/(-?)(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g)) {
    const word = (quoted ?? plain ?? "").toLowerCase();
    const key = prefix ? KEYS[prefix.toLowerCase()] : undefined;
    const whole = prefix && !key ? `${prefix.toLowerCase()}:${word}` : word;
    if (whole) terms.push({ key: key ?? null, text: whole, exclude: minus === "-" });
  }
  return terms;
}

export function compileFilter(text: string): Filter {
  const terms = parseTerms(text);
  if (terms.length === 0) return null;
  return (thing) => terms.every((term) => found(term, thing) !== term.exclude);
}

function found(term: Term, thing: Partial<Searchable>): boolean {
  if (term.key === "pid") return thing.pid?.split(" ").includes(term.text) ?? false;
  if (term.key) return thing[term.key]?.toLowerCase().includes(term.text) ?? false;
  // Whose code it is, is a class and no text: a word like “module” would find everything.
  return Object.entries(thing).some(
    ([key, value]) => key !== "origin" && value.toLowerCase().includes(term.text),
  );
}
