/** Top-level folders of the standard library (Go 1.20–1.27, src/), without `runtime`. */
const STANDARD = new Set(
  (
    "archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag " +
    "fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp slices sort " +
    "strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak"
  ).split(" "),
);

/** Whose code a package is: the traced program's own module, a library, the standard library, or the Go runtime. */
export type Origin = "module" | "library" | "standard" | "runtime";

/** @param packagePath import path, `example.com/shop/store`
 *  @param modules module paths of the traced programs, where known. Without them a path with a dotted first element is
 *  taken for a library and `main` and undotted ones for the program's own. */
export function originOf(packagePath: string, modules: readonly string[]): Origin {
  if (packagePath === "main") return "module";
  if (modules.some((m) => packagePath === m || packagePath.startsWith(`${m}/`))) return "module";
  const first = packagePath.split("/", 1)[0] ?? packagePath;
  if (first === "runtime") return "runtime";
  if (STANDARD.has(first)) return "standard";
  return modules.length > 0 || first.includes(".") ? "library" : "module";
}

/** Whether a function, by its name in the linker's function table, is of the standard library or the runtime. */
export function isStandard(functionName: string): boolean {
  const [plain = ""] = functionName.split("[", 1);
  const end = plain.indexOf("/");
  // of a path with several elements the first alone tells
  const [first = ""] = end < 0 ? plain.split(".", 1) : [plain.slice(0, end)];
  const origin = originOf(first, []);
  return origin === "standard" || origin === "runtime";
}
