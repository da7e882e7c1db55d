/** Go programs that come by npm as their makers built them: lefthook, buf, and TypeScript's native compiler. */
import { npmFile } from "../../support/index.ts";
import { pathError, type RealProgram, text } from "./model.ts";

const form = "stripped, from npm";

export const fromNpm: readonly RealProgram[] = [
  {
    name: "lefthook",
    version: "2.2.2",
    go: "go1.27.0",
    form,
    fetch: () => npmFile("lefthook-linux-x64", "2.2.2", "bin/lefthook"),
    cases: [
      {
        // github.com/urfave/cli/v3 makes the text an exit error; lefthook prints it
        what: "a command that it doesn't know",
        args: ["frobnicate"],
        status: 3,
        expect: [
          text("No help topic for 'frobnicate'. validate"),
          {
            type: "*cli.exitError",
            message: "No help topic for 'frobnicate'. validate",
            chainTypes: ["*errors.errorString"],
          },
        ],
      },
    ],
  },
  {
    name: "buf",
    version: "1.75.0",
    go: "go1.27.3",
    form,
    fetch: () => npmFile("@bufbuild/buf-linux-x64", "1.75.0", "bin/buf"),
    cases: [
      {
        what: "a module without files",
        args: ["lint"],
        status: 1,
        expect: [
          {
            type: "*bufmodule.NoProtoFilesError",
            message: 'Module "path: "."" had no .proto files',
            orFields: { ModuleDescription: 'path: "."' },
            chainTypes: [],
          },
          {
            type: "*fmt.wrapError",
            message: 'Failure: Module "path: "."" had no .proto files',
            chainTypes: ["*errors.joinError", "*errors.joinError", "*bufmodule.NoProtoFilesError"],
          },
        ],
      },
    ],
  },
  {
    name: "tsgo (TypeScript's native compiler)",
    version: "7.0.0-dev.20260707.2",
    go: "go1.26.4",
    form,
    fetch: () => npmFile("@typescript/native-preview-linux-x64", "7.0.0-dev.20260707.2", "lib/tsgo"),
    cases: [
      {
        what: "a project that isn't there",
        args: ["-p", "/nonexistent/tsconfig.json"],
        status: 1,
        expect: [pathError("stat", "/nonexistent/tsconfig.json")],
      },
    ],
  },
];
