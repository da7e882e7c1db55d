/** `errscope inspect FILE` */
import { BinaryError, errorSignatures } from "../binary/index.ts";
import { analyse, readShared } from "../collector/index.ts";
import { certificateOf, certificateText } from "../decode/index.ts";
import type { Command } from "./command.ts";
import { CommandFailure, usage } from "./failure.ts";
import { inflate } from "./inflate.ts";
import { inspectionOf, siteLines, typeLines, unresolvedLines } from "./inspection.ts";

export const inspect: Command = {
  synopsis: "inspect FILE [flags]",
  summary: "the static error map of a binary",
  description: `What static analysis learns of a Go executable, without running it: its Go version, its error types with their
fields and what Unwrap returns, the sites where errors are made, and what could not be resolved and why.

Kinds of sites, as --sites and --json name them: new, wrap, join (an error is made), convert (a value becomes one), sentinel (a
package-level error is used), return (one is passed on), mention (given to package fmt), grouped and kept (given to an errgroup),
cancelled and cause (of contexts), panic, recover, goexit, fatal, exit, gc (collections), park, resume, start, end (goroutines).`,
  flags: {
    json: { help: "everything, as one JSON object" },
    types: { help: "list the error types" },
    sites: { help: "list the sites (with --json: in sites.list)" },
    unresolved: { help: "list what could not be resolved" },
  },
  run: async ({ positionals, rest, flags }) => {
    const [file, ...more] = [...positionals, ...rest];
    if (file === undefined || more.length > 0)
      throw usage("inspect: name one file, for example: errscope inspect ./server");
    const { bytes, status } = contentOf(file);
    const map = await analyse(bytes, { status }).catch((error: unknown) => {
      throw error instanceof BinaryError ? new BinaryError(error.code, `${file}: ${error.message}`) : error;
    });
    if (flags.json) {
      const signatures = errorSignatures(map.binary.image.elf, inflate);
      const inspection = inspectionOf(file, map, flags.sites === true, signatures);
      process.stdout.write(`${JSON.stringify(inspection, null, 2)}\n`);
      return 0;
    }
    // as on a machine of the file's own architecture: whether this one can trace it is another matter
    const { arch } = map.binary;
    process.stdout.write(`${certificateText(certificateOf(file, map, null, arch))}\n`);
    if (flags.types) process.stdout.write(`${typeLines(map).join("\n")}\n`);
    if (flags.sites) process.stdout.write(`${siteLines(map).join("\n")}\n`);
    if (flags.unresolved) process.stdout.write(`${unresolvedLines(map).join("\n")}\n`);
    return 0;
  },
};

function contentOf(file: string): ReturnType<typeof readShared> {
  try {
    return readShared(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EISDIR"
          ? "it is a directory"
          : (error as Error).message;
    throw new CommandFailure(
      `${file}: ${why}; name a Go executable, for example: errscope inspect ./server`,
      1,
    );
  }
}
