/** A message with what varies between occurrences taken out, so that they fall into one group. */

/** In this order: the longest forms first, so that no part of one is taken for another. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, "<ulid>"],
  // A quote that the cut below took the end of is one too.
  [/"(?:[^"\\]|\\.)*(?:"|$)/g, "<quoted>"],
  [/`[^`]*(?:`|$)/g, "<quoted>"],
  // Names below these are drawn at random (os.MkdirTemp, mktemp).
  [/(?<![\w./-])\/(?:tmp|var\/tmp|private\/tmp|var\/folders|dev\/shm)\/[^\s:;,"'<>()]+/g, "<temporary path>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, "<address>"],
  [/\[[0-9a-f:]*:[0-9a-f:.]*(?:%\w+)?\](?::\d+)?/gi, "<address>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, "<hex>"],
  // As time.Duration prints: 1h2m3.5s, 250ms.
  [/\b(?:\d+(?:\.\d+)?(?:ns|[µμu]s|ms|s|m|h))+\b/g, "<duration>"],
  [/\d+/g, "<n>"],
];

/** Longer messages are cut before: a template is a name, not a text. */
const MAX_LENGTH = 300;

export function templateOf(message: string): string {
  let text = message.slice(0, MAX_LENGTH);
  for (const [pattern, name] of RULES) text = text.replace(pattern, name);
  return text;
}

/** 64-bit FNV-1a of a text's UTF-16 units, as 16 hexadecimal digits. */
export function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
