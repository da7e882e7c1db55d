/** The part of a KeyboardEvent that is needed to name it. */
export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/**
 * A key's name as the action table writes it: `j`, `Enter`, `?`, `Shift+G`, `Space`. Letters carry Shift in the name;
 * for other characters the character itself says it (`?`, `+`), except for digits, whose shifted characters differ by
 * keyboard, so they are named by position through `code`.
 * @returns null for chords with Ctrl, Alt or Meta, which belong to the browser
 */
export function keyName(press: KeyPress & { code?: string }): string | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  if (press.key === " ") return "Space";
  const digit = press.shiftKey ? /^Digit(\d)$/.exec(press.code ?? "")?.[1] : undefined;
  if (digit === "2" || digit === "3") return `Shift+${digit}`;
  if (/^[a-z]$/i.test(press.key))
    return press.shiftKey ? `Shift+${press.key.toUpperCase()}` : press.key.toLowerCase();
  return press.key;
}

/** Roles and tags that take typing, where a bare key must never start an action. */
export function takesText(element: { tagName: string; isContentEditable?: boolean } | null): boolean {
  if (!element) return false;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable === true;
}

/** Elements that act on Enter and Space themselves. */
export function pressesItself(element: { tagName: string } | null): boolean {
  return element !== null && /^(BUTTON|A|SUMMARY)$/.test(element.tagName);
}
