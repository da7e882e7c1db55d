/** A binary's sites in words that are the same on both architectures. */
import { type ErrorMap, itabTypes } from "../../server/binary/index.ts";

/** By operation, function whose code it is, line and the error's type. Files of one architecture left out. */
export function siteLines({ binary, plan }: ErrorMap): Set<string> {
  const { functions, itabs, types } = binary;
  const typeOf = itabTypes(itabs);
  const lines = plan.sites.flatMap(({ op, origins }) =>
    origins.map(({ pc, itab }) => {
      const frame = functions.frames(pc).at(-1)!;
      const type = op === "return" ? "" : (types.get(typeOf.get(itab) ?? 0)?.name ?? "");
      return `${op} ${frame.function} ${frame.file.replace(/.*\//, "")}:${frame.line} ${type}`;
    }),
  );
  return new Set(lines.filter((line) => !/_(arm64|amd64)\.go:/.test(line)));
}

/** What is in `a` alone. */
export const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] =>
  [...a].filter((one) => !b.has(one));
