import type { Cause, ErrorValue } from "../../server/events/index.ts";

/** One line of the tree: a value, or what stands for siblings that are not shown yet. */
export type ChainRow =
  | {
      kind: "value";
      /** Position below the root, `0.2.1`: unique also where one value hangs in two places. */
      path: string;
      parent: string | null;
      depth: number;
      /** Steps to the right: only several causes of one value are set apart, a plain chain runs straight down. */
      indent: number;
      /** Null at the root. */
      cause: Cause | null;
      error: ErrorValue;
      position: number;
      siblings: number;
      open: boolean;
      /** Indents at which a line goes on past this one, to causes of the same error further down. */
      rails: readonly number[];
    }
  | {
      kind: "more";
      path: string;
      parent: string;
      depth: number;
      indent: number;
      hidden: number;
      rails: readonly number[];
    }
  /** The tree goes on, but no more lines are drawn. */
  | { kind: "cut"; path: string; depth: number; indent: number; rails: readonly number[] };

/** Causes of one join that are shown at first, and that each “more” adds. */
export const CAUSES_SHOWN = 20;
/** Of these, the ones whose own causes are open at first. */
const CAUSES_OPEN = 3;
/** Lines at most, whatever is opened. */
export const MOST_ROWS = 2000;

/**
 * The tree as the lines that are visible now, parents before their causes.
 * @param toggled paths that the user opened or closed against the default
 * @param more how many times “more” was asked for below a path
 */
export function flattenChain(
  root: ErrorValue,
  toggled: ReadonlySet<string>,
  more: ReadonlyMap<string, number>,
): ChainRow[] {
  const rows: ChainRow[] = [];
  const work: (() => void)[] = [];
  const visit = (
    error: ErrorValue,
    cause: Cause | null,
    path: string,
    parent: string | null,
    depth: number,
    indent: number,
    position: number,
    siblings: number,
    rails: readonly number[],
  ) => {
    const byDefault = position <= CAUSES_OPEN;
    const open = error.causes.length > 0 && byDefault !== toggled.has(path);
    rows.push({ kind: "value", path, parent, depth, indent, cause, error, position, siblings, open, rails });
    if (!open) return;
    const shown = Math.min(error.causes.length, CAUSES_SHOWN * (1 + (more.get(path) ?? 0)));
    const hidden = error.causes.length - shown;
    const inner = indent + (error.causes.length > 1 ? 1 : 0);
    if (hidden > 0) {
      work.push(() =>
        rows.push({
          kind: "more",
          path: `${path}.more`,
          parent: path,
          depth: depth + 1,
          indent: inner,
          hidden,
          rails,
        }),
      );
    }
    for (let i = shown - 1; i >= 0; i--) {
      const next = error.causes[i]!;
      const below = i < error.causes.length - 1 ? [...rails, inner] : rails;
      work.push(() =>
        visit(next.error, next, `${path}.${i}`, path, depth + 1, inner, i + 1, error.causes.length, below),
      );
    }
  };
  visit(root, null, "0", null, 1, 0, 1, 1, []);
  while (work.length > 0 && rows.length < MOST_ROWS) work.pop()!();
  if (work.length > 0) rows.push({ kind: "cut", path: "cut", depth: 1, indent: 0, rails: [] });
  return rows;
}

/**
 * A message cut into what its own value said and what it took from its causes: `load x: ` + `open x: no such file`. Causes
 * whose text isn't found in it change nothing.
 */
export function splitMessage(error: ErrorValue): { text: string; own: boolean }[] {
  const pieces: { text: string; own: boolean }[] = [];
  let from = 0;
  for (const { error: cause } of error.causes.slice(0, CAUSES_SHOWN)) {
    if (!cause.message) continue;
    const at = error.message.indexOf(cause.message, from);
    if (at < 0) continue;
    if (at > from) pieces.push({ text: error.message.slice(from, at), own: true });
    pieces.push({ text: cause.message, own: false });
    from = at + cause.message.length;
  }
  if (from < error.message.length) pieces.push({ text: error.message.slice(from), own: true });
  return pieces;
}
