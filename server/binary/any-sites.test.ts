import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion, repoRoot } from "../../tests/support/go.ts";
import { readGoBinary } from "./index.ts";
import { planSites } from "./sites.ts";

const source = readFileSync(`${repoRoot}/tests/go/anys/main.go`, "utf8").split("\n");
const made = source.flatMap((text, index) => (text.endsWith("// made") ? [index + 1] : []));

/** Why the conversions of main.go that make no error aren't taken for one. */
const left: Record<string, string> = {
  both: "an `error` is made of it too",
  bothWays: "an `error` is made of it too",
  decodedError: "an `error` is made of it too",
  variable: "a pointer made elsewhere",
  elsewhere: "a pointer made elsewhere",
  given: "it was given to a function before",
  twiceAny: "it was given to a function before",
  decoded: "an empty object, to be filled",
  decodedValue: "an empty object, to be filled",
  copied: "a value that may be an earlier error's",
  converted: "a value that may be an earlier error's",
  nilPointer: "a nil pointer",
  address: "a variable of its package",
};

describe.each<[GoVersion, GoForm]>([
  ["1.20.14", "plain"],
  ["1.22.0", "stripped"],
  ["1.26.8", "plain"],
  ["1.26.8", "pie-stripped"],
  ["1.27.1", "stripped"],
])("errors put into an any, Go %s, %s", (go, form) => {
  const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/anys", go, form })));
  const plan = planSites(binary);
  const itabs = new Set(binary.itabs.map((itab) => itab.address));
  const conversions = plan.sites.flatMap((site) =>
    site.origins
      .filter(({ itab }) => itab !== 0 && !itabs.has(itab))
      .map((origin) => ({ site, type: origin.itab, frame: binary.functions.frames(origin.pc).at(-1)! })),
  );
  const ofMain = conversions.filter(({ frame }) => frame.function.startsWith("main."));

  test("each that is made has one probe, at its line, and nothing else has", () => {
    expect(ofMain.map(({ frame }) => frame.line).sort((a, b) => a - b)).toEqual(made);
  });

  test("a probe reads the type as a constant, for itself alone", () => {
    for (const { site, type } of ofMain) {
      expect(site).toMatchObject({ eface: true, shared: false, word0: { kind: "const", address: type } });
      expect(["new", "convert"]).toContain(site.op);
    }
  });

  test("what isn't sure to be a new error is listed, with the reason", () => {
    const { found, resolved } = plan.intoAny;
    const unresolved = plan.unresolved.filter((one) => one.class.startsWith("put into an any: "));
    expect(unresolved.length).toBe(found - resolved);
    for (const [name, why] of Object.entries(left)) {
      const own = unresolved.filter((one) => one.function === `main.${name}`);
      expect(own.map((one) => one.class)).toEqual([`put into an any: ${why}`]);
    }
  });
});
