import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../../tests/support/go.ts";
import { Disassembler, Flow, pcOf } from "../code/index.ts";
import { type GoBinary, readGoBinary } from "../index.ts";
import { CallFates } from "./call-fates.ts";
import { swallower } from "./swallower.ts";

/** What is said of an error that main.fail returns through callers, each of which calls the one before; the last's caller is unknown. */
function ends(binary: GoBinary, fates: CallFates, ...callers: string[]): string {
  const { functions, image } = binary;
  const disassembler = new Disassembler();
  let callee = functions.byName("main.fail");
  const start = { index: callee, position: 0 };
  const stack = callers.map((name) => {
    const index = functions.byName(name);
    const entry = functions.entry(index);
    const code = disassembler.decode(image.bytes(entry, functions.end(index) - entry)!, entry);
    const rows = Array.from({ length: code.count }, (_, i) => i);
    const row = rows.find((i) => code.flow[i] === Flow.CALL && code.target[i] === functions.entry(callee))!;
    callee = index;
    return pcOf(code, row + 1);
  });
  disassembler.free();
  const found = swallower(fates, start, stack, false);
  const name = (pc: number) => functions.frames(pc)[0]?.function;
  return found ? `${found.how} ${name(found.pc)}${found.orPc ? `, or ${name(found.orPc)}` : ""}` : "nothing";
}

test.each([
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const)("who lets an error go, go$go $form", ({ go, form }) => {
  const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/traps", go, form })));
  const fates = new CallFates(binary);
  const of = (...callers: string[]) => ends(binary, fates, ...callers);
  expect(of("main.dropBlank")).toBe("dropped main.dropBlank");
  expect(of("main.dropTested")).toBe("tested main.dropTested");
  expect(of("main.dropIs")).toBe("compared main.dropIs");
  expect(of("main.passes", "main.dropPassed")).toBe("dropped main.dropPassed");
  expect(of("main.plain", "main.dropPlain")).toBe("tested main.dropPlain");
  expect(of("main.plain", "main.dropPlainBlank")).toBe("dropped main.plain, or main.dropPlainBlank");
  expect(of("main.keptArgument")).toBe("nothing");
  expect(of("main.keptOnOnePath")).toBe("nothing");
  // who called it isn't known
  expect(of("main.passes")).toBe("nothing");
});
