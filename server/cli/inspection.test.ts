import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { buildErrorMap, type ErrorMap, readGoBinary } from "../binary/index.ts";
import { inspectionOf, siteLines, typeLines, unresolvedLines } from "./inspection.ts";

describe("what inspect prints of tests/go/messages", () => {
  let map: ErrorMap;
  let lines: string[];
  beforeAll(() => {
    map = buildErrorMap(readGoBinary(readFileSync(buildGo({ dir: "tests/go/messages", form: "stripped" }))));
    lines = typeLines(map);
  });

  test.each([
    ["*fs.PathError of io/fs (48 bytes)", "{Op} {Path}: {Err}"],
    ["*main.plain (16 bytes)", "{text}"],
    ["main.constant (0 bytes)", "nothing to see here"],
    ["main.hexadecimal (4 bytes)", "code 0x{code %x}"],
    ["*main.negated (1 bytes)", "[not ok | ok]"],
    ["*main.formatted (40 bytes)", "{op} quoted({path}): code {code}"],
    ["*main.optionalText (16 bytes)", "{code}[: no message | : {*message}]"],
    ["main.pointedNumber (8 bytes)", "number {*n}"],
    ["*main.concrete (24 bytes)", "{op}: {inner.text}"],
    [
      "main.mapped (8 bytes)",
      /^not determined, the fields are shown: a variable that the program can change/,
    ],
    [
      "main.joinedList (24 bytes)",
      /^\[ \| \{value, joined by "; "\} \| …\] {2}\(… not determined: a list of more than 16 errors\)$/,
    ],
    ["*main.firstOf (24 bytes)", "[no errors | {errs[0]}]"],
    [
      "runtime.boundsError (24 bytes)",
      /^runtime error: \[index out of range \[\{x\}\] with length \{y\} \| .* 11 more /,
    ],
    ["main.level", undefined],
  ])("%s", (type, message) => {
    const line = lines[lines.indexOf(type) + 1]?.replace("  Error()  ", "");
    if (message === undefined) expect(lines.some((one) => one.startsWith(type))).toBe(false);
    else if (typeof message === "string") expect(line).toBe(message);
    else expect(line).toMatch(message);
  });

  test("a type with its causes and fields", () => {
    const at = lines.indexOf("*fs.PathError of io/fs (48 bytes)");
    expect(lines.slice(at + 2, at + 6)).toEqual([
      "  Unwrap() Err (+32)",
      "  +0    Op string",
      "  +16   Path string",
      "  +32   Err error",
    ]);
  });

  test("sites with the types that they make, and what is known in part", () => {
    expect(
      siteLines(map).some((line) =>
        / new {6}\*main\.plain in main\.fieldValues .*fields\.go:\d+$/.test(line),
      ),
    ).toBe(true);
    expect(unresolvedLines(map)).toContain(
      "Error of *json.InvalidUnmarshalError of encoding/json, in part: a call of Kind of an interface field",
    );
    const { errorTypes, functionsReturningErrorFrom } = inspectionOf("x", map, false, null);
    expect(functionsReturningErrorFrom).toBe("inferred");
    const known = errorTypes.find(({ type }) => type === "*json.InvalidUnmarshalError")!.message;
    expect(known).toMatchObject({ gaps: ["a call of Kind of an interface field"] });
  });
});
