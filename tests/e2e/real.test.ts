/** Programs that we didn't write, traced while they fail in ways whose errors are known. Prints a table at the end. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ErrorEvent, ErrorValue } from "../../server/events/index.ts";
import { errscope, eventsOf, madeErrors, parseEvents, run, tempDir } from "../support/index.ts";
import { programs, type RealCase, type RealError } from "./real/index.ts";

interface Row {
  program: string;
  go: string;
  form: string;
  case: string;
  known: number;
  found: number;
  made: number;
}
const table: Row[] = [];
afterAll(() => console.table(table));

describe.each(programs)("$name $version ($form)", (program) => {
  describe.skipIf(program.unavailable)(program.unavailable ?? "traced", () => {
    test.each(program.cases)("$what", async (known) => {
      const dir = workDir(known);
      const home = { HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir };
      const argv = [await program.fetch(), ...known.args];
      const untraced = await run(argv, { cwd: dir, env: home });
      const traced = await run(errscope("run", "--json", "--", ...argv), { cwd: dir, env: home });
      const events = parseEvents(traced.stdout);
      const made = madeErrors(events);
      const goVersion = eventsOf(events, "attach")[0]?.certificate.goVersion ?? "not attached";
      const found = known.expect.filter((error) => made.some((event) => matches(event, error)));
      table.push({
        program: `${program.name} ${program.version}`,
        go: goVersion,
        form: program.form,
        case: known.what,
        known: known.expect.length,
        found: found.length,
        made: made.length,
      });

      expect(untraced.status, untraced.stderr).toBe(known.status);
      expect(traced.status, traced.stderr).toBe(known.status);
      expect(found, made.map((event) => describeError(event.error)).join("\n")).toEqual(known.expect);
      expect(
        eventsOf(events, "panic").map(({ value }) => ("error" in value ? value.error.type : value.type)),
      ).toEqual(known.panics ?? []);
      expect(eventsOf(events, "lost")).toEqual([]);
      if (program.go !== undefined) expect(goVersion).toBe(program.go);
      // Garbage shows as text that is no text.
      for (const event of made) expect(event.error.messageHex, describeError(event.error)).toBeUndefined();
    });
  });
});

function workDir(known: RealCase): string {
  const dir = tempDir("real");
  for (const [name, content] of Object.entries(known.files ?? {})) writeFileSync(join(dir, name), content);
  return dir;
}

function matches(event: ErrorEvent, known: RealError): boolean {
  const { error } = event;
  if (error.type !== known.type) return false;
  if (chainTypes(error).join() !== known.chainTypes.join()) return false;
  if (error.message === known.message) return true;
  if (error.messageFrom !== "fields" || known.orFields === undefined) return false;
  return Object.entries(known.orFields).every(
    ([name, value]) => JSON.stringify(error.fields[name]) === JSON.stringify(value),
  );
}

/** Types below an error, following the first cause that errors.Unwrap gives. */
function chainTypes(error: ErrorValue): string[] {
  const types: string[] = [];
  for (let at = next(error); at !== undefined && types.length < 64; at = next(at)) types.push(at.type);
  return types;
}
function next(error: ErrorValue): ErrorValue | undefined {
  return error.causes.find((cause) => cause.via === "unwrap")?.error;
}

function describeError(error: ErrorValue): string {
  return `${error.type} [${chainTypes(error).join(" <- ")}] ${JSON.stringify(error.message)} ${JSON.stringify(error.fields)}`;
}
