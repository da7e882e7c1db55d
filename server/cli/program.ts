/** Picks the command, prints help, turns a failure into one sentence and an exit code. */
import { constants } from "node:os";
import { commands } from "./commands.ts";
import { CommandFailure, sentenceOf } from "./failure.ts";
import { columns, flagLines, parseCommand } from "./options.ts";

const INTRO = `errscope shows where the errors of running Go programs come from, with eBPF and without touching them.

Usage: errscope COMMAND [flags]

Commands:`;

function overview(): string {
  const rows = columns(Object.values(commands).map((c) => [c.synopsis, c.summary] as const));
  return `${INTRO}\n${rows}\n\nerrscope COMMAND --help tells more. Start with: errscope demo\n`;
}

async function main(argv: string[]): Promise<number> {
  // `npm run errscope` changes to the checkout's folder: go back to where the user stands.
  if (process.env.npm_lifecycle_event === "errscope" && process.env.INIT_CWD)
    process.chdir(process.env.INIT_CWD);
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(overview());
    return 0;
  }
  if (name === "--version" || name === "version") {
    process.stdout.write(`errscope ${(await import("./version.ts")).version}\n`);
    return 0;
  }
  const command = commands[name];
  if (!command) {
    throw new CommandFailure(`there is no command "${name}". errscope --help lists them`, 2);
  }
  const parsed = parseCommand(name, command.flags, rest);
  if (parsed.flags.help) {
    process.stdout.write(
      `Usage: errscope ${command.synopsis}\n\n${command.description}\n\nFlags:\n${flagLines(command.flags)}\n`,
    );
    return 0;
  }
  return command.run(parsed);
}

// A reader that goes away (`errscope ps | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 128 + constants.signals.SIGPIPE : 1);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`errscope: ${sentenceOf(error)}\n`);
  if (process.env.ERRSCOPE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof CommandFailure ? error.exitCode : 1;
}
