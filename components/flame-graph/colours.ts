import { originOf } from "../format/index.ts";
import type { FlameName } from "./names.ts";

/** Colour tokens that the graph draws with (app/tokens.css). */
export const HUES = 8;
export const FLAME_TOKENS = [
  ...Array.from({ length: HUES }, (_, i) => `flame-${i}`),
  "flame-standard",
  "flame-runtime",
  "flame-error",
  "flame-gap",
  "ink",
  "ink-3",
  "accent",
  "line",
];

/**
 * Token of a box's colour: a package always has the same one, in every graph and on every day. The standard library and
 * the runtime are grey, so that the program's own packages stand out; errors have a colour of their own.
 */
export function colourToken(name: FlameName, modules: readonly string[]): string {
  if (name.kind === "error") return "flame-error";
  if (name.kind === "all") return "flame-runtime";
  const origin = originOf(name.package, modules);
  if (origin === "runtime" || origin === "standard") return `flame-${origin}`;
  return `flame-${hash(name.package) % HUES}`;
}

/** FNV-1a, 32 bits, with the last step of MurmurHash3, since the lowest bits of FNV alone hardly differ. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
