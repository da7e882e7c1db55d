import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion } from "../../tests/support/go.ts";
import { calleesOf } from "./callees.ts";
import { type ErrorTypeLayout, errorTypesOf } from "./error-types.ts";
import { readGoBinary, type UnwrapInfo } from "./index.ts";
import { Unwraps } from "./unwrap.ts";

const error = (offset: number, how: string): UnwrapInfo => ({ kind: "error", offset, how });
const errors = (offset: number, how: string): UnwrapInfo => ({ kind: "errors", offset, how });
const elsewhere = (how: string): UnwrapInfo => ({ kind: "elsewhere", how });
const unresolved = (reason: string): UnwrapInfo => ({ kind: "unresolved", reason });

/** What the methods of tests/go/unwrap/main.go return; the comments there say the same. */
const truth: Record<string, UnwrapInfo> = {
  "*main.field": error(16, "field err"),
  "main.byValue": error(24, "field err"),
  "*main.byValue": error(24, "field err"),
  "main.embeds": error(32, "field byValue.err"),
  "main.embedsPointer": {
    kind: "error",
    offset: 8,
    through: 16,
    how: "field err of what field field points at",
  },
  "*main.concrete": error(16, "field inner of type *main.field"),
  "*main.conditional": error(24, "field err"),
  "*main.either": unresolved("its paths return different values"),
  "*main.many": errors(16, "field errs"),
  "main.list": errors(0, "field value"),
  "main.direct": error(0, "field err of type *main.field"),
  "*main.wide": error(16, "field err, converted to error"),
  "*main.constant": elsewhere(expect.stringMatching(/^the variable at 0x/)),
  "*main.boxed": elsewhere("a new main.number"),
  "*main.both": elsewhere("a new slice"),
  "*main.fixed": elsewhere("a constant main.number"),
  "*main.always": elsewhere("nil, always"),
  "*main.cause": error(16, "Cause(): field err"),
  "*main.none": { kind: "none" },
  "*main.generic[int]": error(8, "field err"),
  "*main.indirect": error(16, "field err"),
  "*fmt.wrapError": error(16, "field err"),
  "*fmt.wrapErrors": errors(16, "field errs"),
};

describe.each<[GoVersion, GoForm]>([
  ["1.20.14", "stripped"],
  ["1.26.8", "plain"],
  ["1.26.8", "pie-stripped"],
  ["1.27.1", "stripped"],
])("what Unwrap returns, Go %s, %s", (go, form) => {
  let unwraps: Unwraps;
  const types = new Map<string, ErrorTypeLayout>();
  beforeAll(() => {
    const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/unwrap", go, form })));
    unwraps = new Unwraps(binary, calleesOf(binary));
    for (const type of errorTypesOf(binary)) types.set(type.name, type);
  }, 120_000);
  afterAll(() => unwraps.free());

  test.each(Object.entries(truth))("%s", (name, expected) => {
    expect(unwraps.of(types.get(name)!)).toEqual(expected);
  });

  test("a new error of fmt.Errorf, which Go 1.26 inlines, is told or not at all", () => {
    const info = unwraps.of(types.get("*main.fresh")!);
    expect(info).toEqual(
      go === "1.20.14" ? elsewhere("a new error") : unresolved(expect.stringMatching(/^it calls /)),
    );
  });

  test("a value that is copied to the stack is read right or not at all", () => {
    const info = unwraps.of(types.get("main.large")!);
    expect([error(176, "field err"), unresolved("its code is too long")]).toContainEqual(info);
  });
});
