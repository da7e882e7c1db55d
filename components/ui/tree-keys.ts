/** A visible line of a tree, as far as moving about in it goes. */
export interface TreeLine {
  path: string;
  parent: string | null;
  /** Null: there is nothing below. */
  open: boolean | null;
}

/**
 * Arrow keys in a tree, as the ARIA pattern has them: Up, Down, Home and End move; Right opens or enters, Left closes or
 * leaves.
 * @returns where to go or what to open and close; null when the key means nothing here
 */
export function treeKey(
  lines: readonly TreeLine[],
  focused: string,
  key: string,
): { focus: string } | { toggle: string } | null {
  const at = lines.findIndex((l) => l.path === focused);
  const line = lines[at];
  if (!line) return lines[0] && key.startsWith("Arrow") ? { focus: lines[0].path } : null;
  const to = (l: TreeLine | undefined) => (l ? { focus: l.path } : null);
  switch (key) {
    case "ArrowDown":
      return to(lines[at + 1]);
    case "ArrowUp":
      return to(lines[at - 1]);
    case "Home":
      return to(lines[0]);
    case "End":
      return to(lines.at(-1));
    case "ArrowRight":
      if (line.open === null) return null;
      return line.open ? to(lines[at + 1]) : { toggle: line.path };
    case "ArrowLeft":
      if (line.open) return { toggle: line.path };
      return line.parent === null ? null : { focus: line.parent };
    default:
      return null;
  }
}
