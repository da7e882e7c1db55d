/** `errscope inspect FILE` */
import { BinaryError } from "../binary/index.ts";
import { analyse, readShared } from "../collector/index.ts";
import { certificateOf, certificateText } from "../decode/index.ts";
import type { Command } from "./command.ts";
import { CommandFailure, usage } from "./failure.ts";
import { inspectionOf, typeLines, unresolvedLines } from "./inspection.ts";

export const inspect: Command = {
  synopsis: "inspect FILE [flags]",
  summary: "the static error map of a binary",
  description: `What static analysis learns of a Go executable, without running it: its Go version, its error types with their
fields and what Unwrap returns, the sites where errors are made, and what could not be resolved and why.`,
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
    const map = await analyse(bytesOf(file)).catch((error: unknown) => {
      throw error instanceof BinaryError ? new BinaryError(error.code, `${file}: ${error.message}`) : error;
    });
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(inspectionOf(file, map, flags.sites === true), null, 2)}\n`);
      return 0;
    }
    process.stdout.write(`${certificateText(certificateOf(file, map, null))}\n`);
    if (flags.types) process.stdout.write(`${typeLines(map).join("\n")}\n`);
    if (flags.sites) {
      const { list = [] } = inspectionOf(file, map, true).sites;
      const lines = list.map((s) => `${s.pc} ${s.op.padEnd(8)} ${s.function} ${s.file}:${s.line}`);
      process.stdout.write(`${lines.join("\n")}\n`);
    }
    if (flags.unresolved) process.stdout.write(`${unresolvedLines(map).join("\n")}\n`);
    return 0;
  },
};

function bytesOf(file: string): Uint8Array {
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
