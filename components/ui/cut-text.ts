/** The beginning of a long text: at most so many UTF-16 units and lines. Null when the text is not much longer, since a cut
 * that hides little costs more than it spares. */
export function cutText(text: string, units: number, lines: number): string | null {
  let end = text.length > units * 1.3 ? units : text.length;
  let line = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
    if (++line === lines && text.slice(at).trim().split("\n", 3).length > 2) end = at;
  }
  if (end === text.length) return null;
  // Not between the halves of a surrogate pair.
  return text.slice(0, /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") ? end - 1 : end);
}
