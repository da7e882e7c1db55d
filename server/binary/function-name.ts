/**
 * What a Go function's name says. Names are those of the linker's function table, as runtime.FuncForPC prints them:
 * `import/path.Function`, `import/path.(*Type).Method`, `import/path.Function.func1`, with type arguments in brackets.
 */

/** Import path of the package that a function belongs to; "" where the name has none (assembly, compiler helpers). */
export function packageOf(functionName: string): string {
  return unescapePath(packagePrefix(functionName).slice(0, -1));
}

/** What all names of the same package begin with, as the linker writes it: up to the dot behind the path; "" likewise. */
export function packagePrefix(functionName: string): string {
  // Type arguments may hold import paths of their own, with slashes and dots.
  const bracket = functionName.indexOf("[");
  const plain = bracket < 0 ? functionName : functionName.slice(0, bracket);
  if (plain.startsWith("type:") || plain.startsWith("type..") || plain.startsWith("go:")) return "";
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  return dot <= 0 ? "" : plain.slice(0, dot + 1);
}

/** The linker writes dots of a path's last element, quotes, controls and bytes over 0x7f as %xx (cmd/internal/objabi/path.go). */
function unescapePath(path: string): string {
  if (!path.includes("%")) return path;
  const bytes: number[] = [];
  for (let i = 0; i < path.length; i++) {
    const hex = path[i] === "%" ? /^[0-9a-f]{2}/.exec(path.slice(i + 1)) : null;
    if (!hex) {
      bytes.push(path.charCodeAt(i));
      continue;
    }
    bytes.push(Number.parseInt(hex[0], 16));
    i += 2;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/**
 * Functions whose whole work is to make an error for their caller: the caller's line is where the error is from. A name
 * matches itself and its closures.
 */
const CONSTRUCTORS = new Set([
  "errors.New",
  "errors.Join",
  "fmt.Errorf",
  "fmt.errorf", // go1.26 split Errorf into an inlined part and this one
  "golang.org/x/xerrors.New",
  "golang.org/x/xerrors.Errorf",
  "golang.org/x/xerrors.Opaque",
  "github.com/pkg/errors.New",
  "github.com/pkg/errors.Errorf",
  "github.com/pkg/errors.Wrap",
  "github.com/pkg/errors.Wrapf",
  "github.com/pkg/errors.WithStack",
  "github.com/pkg/errors.WithMessage",
  "github.com/pkg/errors.WithMessagef",
]);

/** True for errors.New, fmt.Errorf and the like, vendored copies included. */
export function isConstructor(functionName: string): boolean {
  const vendor = functionName.lastIndexOf("/vendor/");
  let name = vendor < 0 ? functionName : functionName.slice(vendor + "/vendor/".length);
  if (name.startsWith("vendor/")) name = name.slice("vendor/".length);
  return CONSTRUCTORS.has(name);
}

/** runtime.doInit (to go1.20) and runtime.doInit1 (go1.21+) run package initialisation (runtime/proc.go). */
export function isPackageInit(functionName: string): boolean {
  return functionName === "runtime.doInit" || functionName === "runtime.doInit1";
}
