/**
 * architecture.md's picture, checked: which folder may import which, through one index.ts each; how long a file may be;
 * and that no file names this machine's folders or a package registry's host.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { repoRoot } from "./support/index.ts";

/** The parts of the picture. A path belongs to the longest one that it starts with. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  app: ["components", "server/events"],
  components: ["server/events"],
  "server/events": [],
  "server/binary": [],
  "server/tracer": ["server/events"],
  // The tracer's structs are the records that decode reads and the plans that it writes.
  "server/decode": ["server/binary", "server/events", "server/tracer"],
  "server/graph": ["server/events"],
  "server/otel": ["server/events"],
  "server/store": ["server/events"],
  "server/hub": [
    "server/events",
    "server/binary",
    "server/tracer",
    "server/decode",
    "server/graph",
    "server/otel",
    "server/store",
  ],
  "server/collector": [
    "server/events",
    "server/binary",
    "server/tracer",
    "server/decode",
    "server/graph",
    "server/store",
    "server/hub",
  ],
};
/** These do no I/O: nothing of Node's. */
const pure = ["app", "components", "server/events", "server/binary", "server/graph"];
const longestFile = 700;

interface Source {
  path: string;
  text: string;
}
const files: Source[] = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
  cwd: repoRoot,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(repoRoot, path)))
  .map((path) => ({ path, text: readFileSync(join(repoRoot, path), "utf8") }))
  .filter(({ text }) => !text.includes("\0"));

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.startsWith("tests/");

function partOf(path: string): string | undefined {
  return Object.keys(mayImport).find((part) => path.startsWith(`${part}/`));
}

/** What a TypeScript source imports: static, dynamic, re-exports, and workers by URL. */
function specifiers(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const forms = [
    /\b(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/g,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\s*\(\s*["']([^"']+)["']/g,
    /\bnew\s+URL\(\s*["'](\.[^"']*)["']\s*,\s*import\.meta\.url/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1]!));
}

/** What is wrong with one import, or null. */
function complaint(from: string, specifier: string): string | null {
  const part = partOf(from);
  if (part === undefined) return null;
  if (!specifier.startsWith(".")) {
    const barred = specifier.startsWith("node:") && pure.includes(part) && !isTest(from);
    return barred ? `${from}: ${part} is pure, it can't use ${specifier}` : null;
  }
  const target = posix.join(dirname(from), specifier);
  const other = partOf(target);
  if (other === part) return null;
  // What is read or run as a file is no import of code.
  if (/\.css$/.test(target) || target.startsWith(".build/")) return null;
  if (isTest(from) && target.startsWith("tests/")) return null;
  if (other === undefined || !mayImport[part]!.includes(other)) {
    return `${from}: ${part} may not import ${other ?? target}`;
  }
  // A thing on the screen is a folder of its own, with its own index.ts.
  const door = other === "components" ? posix.join(dirname(target), "index.ts") : `${other}/index.ts`;
  return target === door ? null : `${from}: import ${door} instead of ${target}`;
}

describe("the rules themselves", () => {
  test("find every form of import", () => {
    const text = `
      import a, { b } from "./a.ts";
      import "./side-effect.css";
      export * from '../b/index.ts';
      import type {
        C,
      } from "./c.ts";
      const d = await import("./d.ts");
      const w = new Worker(new URL("./w.ts", import.meta.url));
      // import x from "./comment.ts"`;
    expect(specifiers(text).sort()).toEqual(
      ["../b/index.ts", "./a.ts", "./c.ts", "./d.ts", "./side-effect.css", "./w.ts"].sort(),
    );
  });

  test.each([
    ["server/binary/elf.ts", "../events/index.ts", "server/binary may not import server/events"],
    ["server/graph/group.ts", "../events/event.ts", "import server/events/index.ts instead"],
    ["server/graph/group.ts", "node:fs", "is pure"],
    ["components/timeline/view.tsx", "../../server/store/index.ts", "components may not import server/store"],
    ["server/store/memory.ts", "../../tests/support/index.ts", "may not import tests/"],
  ])("%s can't import %s", (from, specifier, message) => {
    expect(complaint(from, specifier)).toContain(message);
  });

  test.each([
    ["server/decode/event.ts", "../binary/index.ts"],
    ["server/decode/event.test.ts", "../../tests/support/index.ts"],
    ["components/timeline/view.tsx", "./layout.ts"],
    ["server/hub/http.ts", "node:http"],
    ["server/cli/run.ts", "../hub/anything.ts"],
  ])("%s can import %s", (from, specifier) => {
    expect(complaint(from, specifier)).toBeNull();
  });
});

test("folders import only what the table allows, through one index.ts", () => {
  const complaints = files
    .filter(({ path }) => /\.tsx?$/.test(path))
    .flatMap(({ path, text }) => specifiers(text).map((specifier) => complaint(path, specifier)))
    .filter((found) => found !== null);
  expect(complaints).toEqual([]);
});

test(`no source is longer than ${longestFile} lines`, () => {
  const long = files
    .filter(({ path }) => /\.(tsx?|mjs|js|css|c|h|S|go|sh)$/.test(path))
    .filter(({ path }) => !path.startsWith("bpf/vendor/") && !/\.gen\.\w+$/.test(path))
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > longestFile);
  expect(long).toEqual([]);
});

test("no file names a folder of the machine it was written on, or a package registry's host", () => {
  const dotted = (...labels: string[]) => labels.join(".");
  const banned = [
    `${repoRoot}/`,
    ...["work", "root", "tmp/w"].map((folder) => `/${folder}/`),
    dotted("registry", "npmjs", "org"),
    dotted("proxy", "golang", "org"),
    dotted("sum", "golang", "org"),
    dotted("deb", "debian", "org"),
    dotted("security", "debian", "org"),
    dotted("pypi", "org"),
    dotted("files", "pythonhosted", "org"),
    dotted("static", "crates", "io"),
    dotted("index", "crates", "io"),
    dotted("repo1", "maven", "org"),
    dotted("repo", "maven", "apache", "org"),
  ];
  // A path counts where it starts: `…/go/work/x` in a longer path is somebody else's.
  const starts = (text: string, needle: string) =>
    needle.startsWith("/")
      ? new RegExp(`(^|[^\\w.$}/-])${needle.replaceAll(/[.]/g, "\\.")}`, "m").test(text)
      : text.includes(needle);
  const found = files
    .filter(
      ({ path }) => !path.startsWith("bpf/vendor/") && path !== relative(repoRoot, import.meta.filename),
    )
    .flatMap(({ path, text }) =>
      banned.filter((needle) => starts(text, needle)).map((needle) => `${path}: ${needle}`),
    );
  expect(found).toEqual([]);
});
