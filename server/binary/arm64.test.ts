/** What is read of arm64 code, against what is read of amd64 code of the same sources. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion } from "../../tests/support/index.ts";
import { type PrintedError, readerOf, recordsOf } from "../../tests/support/printed-errors.ts";
import { difference, siteLines } from "../../tests/support/site-lines.ts";
import { buildErrorMap } from "./error-map.ts";
import { renderMessage } from "./message/index.ts";
import type { ErrorMap, MessageInfo, MessagePart } from "./model.ts";
import { readGoBinary } from "./read.ts";

const pathOf = (program: string, arch: string, go?: GoVersion, form?: GoForm): string =>
  buildGo({
    dir: `tests/go/${program}`,
    ...(go ? { go } : {}),
    ...(form ? { form } : {}),
    env: { GOARCH: arch },
  });

const mapOf = (...build: Parameters<typeof pathOf>): ErrorMap =>
  buildErrorMap(readGoBinary(readFileSync(pathOf(...build))));

describe.each(["forms", "hops", "sentinels"])("%s", (program) => {
  let amd64: ErrorMap;
  let arm64: ErrorMap;
  beforeAll(() => {
    amd64 = mapOf(program, "amd64");
    arm64 = mapOf(program, "arm64");
  }, 120_000);

  test("every site in the program's own code is the same, by function, line and type", () => {
    const own = (map: ErrorMap) => new Set([...siteLines(map)].filter((line) => line.includes(" main.")));
    expect(own(amd64).size).toBeGreaterThan(5);
    expect([difference(own(amd64), own(arm64)), difference(own(arm64), own(amd64))]).toEqual([[], []]);
  });

  test("nearly every one in the standard library is: the compiler shares tails of functions otherwise", () => {
    const [a, b] = [siteLines(amd64), siteLines(arm64)];
    expect(difference(a, b).length).toBeLessThanOrEqual(a.size / 25);
    expect(difference(b, a).length).toBeLessThanOrEqual(a.size / 25);
  });

  test("all references are resolved", () => {
    expect(arm64.plan.references).toBeGreaterThan(50);
    expect([arm64.plan.resolved, arm64.plan.unresolved]).toEqual([arm64.plan.references, []]);
  });

  test("offsets in the runtime's structs are the same", () => {
    expect(offsetsIn(arm64)).toEqual(offsetsIn(amd64));
    expect(arm64.facts.goid).not.toBeNull();
    expect(arm64.facts.allgs).toBeGreaterThan(0);
    expect(arm64.facts.park).not.toBeNull();
  });

  test("the runtime's functions have their probes", () => {
    const ops = (map: ErrorMap, ...names: string[]) =>
      map.plan.sites
        .filter((site) => names.includes(site.op))
        .map(({ op, words, eface }) => `${op} ${words} ${eface}`);
    const names = ["panic", "recover", "fatal", "goexit", "exit", "gc", "mention"];
    expect(ops(arm64, ...names).sort()).toEqual(ops(amd64, ...names).sort());
  });
});

test.each<[GoVersion, GoForm]>([
  ["1.20.14", "plain"],
  ["1.24.0", "stripped"],
  ["1.27.1", "pie-stripped"],
])(
  "go%s, %s: as many references resolved as in amd64 code, and the same offsets",
  (go, form) => {
    const [amd64, arm64] = [mapOf("forms", "amd64", go, form), mapOf("forms", "arm64", go, form)];
    // with more argument registers, one may merely still be in such a register at a return
    const left = arm64.plan.unresolved
      .filter((one) => !one.class.startsWith("use of a sentinel"))
      .map((one) => one.function);
    expect(left.filter((name) => name !== "internal/poll.(*FD).Write")).toEqual([]);
    expect(Math.abs(arm64.plan.references - amd64.plan.references)).toBeLessThanOrEqual(
      amd64.plan.references / 25,
    );
    expect(offsetsIn(arm64)).toEqual(offsetsIn(amd64));
  },
  120_000,
);

describe("methods", () => {
  const named = (map: ErrorMap) =>
    new Map(map.errorTypes.map((type) => [`${type.pkgPath} ${type.name}`, type]));

  test("what Unwrap methods return", () => {
    const [amd64, arm64] = [named(mapOf("unwrap", "amd64")), named(mapOf("unwrap", "arm64"))];
    expect([...arm64.keys()].sort()).toEqual([...amd64.keys()].sort());
    let known = 0;
    for (const [name, { unwrap }] of amd64) {
      const other = arm64.get(name)!.unwrap;
      const isKnown = unwrap.kind !== "unresolved";
      if (isKnown && unwrap.kind !== "none") known++;
      const withoutAddresses = JSON.stringify(unwrap).replace(/0x[0-9a-f]+/, "");
      if (isKnown)
        expect([name, JSON.stringify(other).replace(/0x[0-9a-f]+/, "")]).toEqual([name, withoutAddresses]);
      else expect([name, other.kind]).toEqual([name, "unresolved"]);
    }
    expect(known).toBeGreaterThan(20);
  }, 120_000);

  test("what Error methods return, of the values that the program prints on amd64: the layouts are the same", () => {
    const [amd64, arm64] = [named(mapOf("messages", "amd64")), named(mapOf("messages", "arm64"))];
    const output = execFileSync(pathOf("messages", "amd64"), { encoding: "utf8", maxBuffer: 1 << 24 });
    const wrong: unknown[] = [];
    const types = new Set<string>();
    for (const record of recordsOf(output)) {
      const name = `${record.package ?? ""} ${record.type}`;
      const own = rendered(amd64.get(name)!.message, record);
      const other = rendered(arm64.get(name)!.message, record);
      // of what one of them understands in part, the other may understand less
      if (own === null || (other === null && !isWhole(arm64.get(name)!.message))) continue;
      if (other !== own) wrong.push({ name, amd64: own, arm64: other });
      types.add(name);
    }
    // EHWPOISON has a text in syscall/zerrors_linux_arm64.go, but none in zerrors_linux_amd64.go
    const errno = { amd64: "errno 133", arm64: "memory page has hardware error" };
    expect(wrong).toEqual([{ name: "syscall syscall.Errno", ...errno }]);
    expect(types.size).toBeGreaterThan(90);
  }, 120_000);

  test("whatever message is understood whole in amd64 code is so in arm64's", () => {
    const [amd64, arm64] = [named(mapOf("messages", "amd64")), named(mapOf("messages", "arm64"))];
    const whole = [...amd64].filter(([, { message }]) => isWhole(message)).map(([name]) => name);
    expect(whole.filter((name) => !isWhole(arm64.get(name)!.message))).toEqual([]);
    expect(whole.length).toBeGreaterThan(100);
  }, 120_000);
});

const isWhole = (message: MessageInfo): boolean =>
  message.kind === "field" || (message.kind === "template" && message.template.gaps.length === 0);

/** The text that a value has by a template; null where that isn't claimed. */
function rendered(message: MessageInfo, record: PrintedError): string | null {
  if (message.kind === "unresolved") return null;
  const parts: MessagePart[] =
    message.kind === "field" ? [{ kind: "string", offset: message.offset }] : message.template.parts;
  const { complete, text } = renderMessage({ parts }, readerOf(record));
  return complete ? text : null;
}

/** The facts of the runtime but for an address. */
function offsetsIn({ facts: { allgs: _, ...offsets } }: ErrorMap) {
  return offsets;
}
