/** esbuild's executables from npm: stripped and trimmed by its makers, with whatever Go was current at each version. */
import { npmFile } from "../../support/index.ts";
import { pathError, type RealCase, type RealProgram } from "./model.ts";

// internal/fs/fs_real.go reads an entry point's folder with os.Open before it looks for the file; internal/cli makes
// the folder of an output file with os.MkdirAll. The texts are those that esbuild prints, but for the first, which it
// turns into "Could not resolve".
const cases: readonly RealCase[] = [
  {
    what: "an entry point in a folder that isn't there",
    args: ["--log-level=error", "/nonexistent/entry.ts"],
    status: 1,
    expect: [pathError("open", "/nonexistent")],
  },
  {
    what: "an output folder that can't be made",
    args: ["--log-level=error", "ok.js", "--outfile=/proc/nope/x.js"],
    files: { "ok.js": "let a = 1;\n" },
    status: 1,
    expect: [pathError("mkdir", "/proc/nope")],
  },
  {
    // os.MkdirAll itself makes this one, without a system call of its own that failed with ENOTDIR.
    what: "an output folder below a file",
    args: ["--log-level=error", "ok.js", "--outdir=/dev/null/x"],
    files: { "ok.js": "let a = 1;\n" },
    status: 1,
    expect: [pathError("mkdir", "/dev/null", "not a directory")],
  },
];

const versions: readonly (readonly [version: string, go: string])[] = [
  ["0.17.19", "go1.20.4"],
  ["0.21.5", "go1.20.12"],
  ["0.25.12", "go1.23.12"],
  // No build info and no build id from here on: the version is in runtime.buildVersion only.
  ["0.28.2", "go1.26.5"],
];

export const esbuild: readonly RealProgram[] = versions.map(([version, go]) => ({
  name: "esbuild",
  version,
  go,
  form: "stripped, from npm",
  fetch: () => npmFile("@esbuild/linux-x64", version, "bin/esbuild"),
  cases,
}));
