/**
 * Go's names, cut for reading. A function is named as runtime.FuncForPC does: import path, dot, then the name with its
 * receiver, `example.com/shop/store.(*DB).Get`; type arguments in brackets may hold import paths of their own.
 */

/** Where the last element of the import path begins: after the last `/` that is not inside type arguments. */
function startOfLastElement(name: string): number {
  const bracket = name.indexOf("[");
  return name.lastIndexOf("/", bracket < 0 ? name.length : bracket) + 1;
}

/** Import path of the package of a function: `example.com/shop/store`. `main.load` → `main`. */
export function packageOf(name: string): string {
  const start = startOfLastElement(name);
  const dot = name.indexOf(".", start);
  return dot < 0 ? name : name.slice(0, dot);
}

/** A function's name in two parts for display: the directories of the import path (to be dimmed or dropped) and the
 * rest, `["example.com/shop/", "store.(*DB).Get"]`. */
export function splitFunction(name: string): [directories: string, rest: string] {
  const start = startOfLastElement(name);
  return [name.slice(0, start), name.slice(start)];
}

/** `example.com/shop/store.(*DB).Get` → `store.(*DB).Get`. */
export function shortFunction(name: string): string {
  return splitFunction(name)[1];
}

/** Last element of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Last two elements of a path, enough to tell `store/db.go` from `cache/db.go`. */
export function shortPath(path: string): string {
  const last = path.lastIndexOf("/");
  if (last <= 0) return path;
  return path.slice(path.lastIndexOf("/", last - 1) + 1);
}
