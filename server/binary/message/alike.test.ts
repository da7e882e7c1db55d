import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion } from "../../../tests/support/go.ts";
import { errorTypesOf, readGoBinary } from "../index.ts";
import { Alike } from "./alike.ts";
import { Program } from "./machine.ts";

const builds: [GoVersion, GoForm, "amd64" | "arm64"][] = [
  ["1.20.14", "stripped", "amd64"],
  ["1.26.8", "pie-stripped", "amd64"],
  ["1.27.1", "stripped", "amd64"],
  ["1.27.1", "stripped", "arm64"],
];

test.each(builds)("methods with the same code have the same number: go%s %s %s", (go, form, arch) => {
  const binary = readGoBinary(
    readFileSync(buildGo({ dir: "tests/go/messages", go, form, env: { GOARCH: arch } })),
  );
  const program = new Program(binary);
  const alike = new Alike(program);
  const numberOf = (name: string) => {
    const type = errorTypesOf(binary).find((one) => one.name === name)!;
    return alike.of(binary.types.get(type.address)!.methods.find((method) => method.name === "Error")!.ifn);
  };
  try {
    const list = numberOf("main.joinedList");
    expect(list).toBeGreaterThan(0);
    expect(numberOf("main.joinedAlike")).toBe(list);
    // they differ in the address and in the length of a constant alone
    expect(numberOf("main.joinedByCommas")).not.toBe(list);
    expect(numberOf("*main.grownList")).not.toBe(list);
  } finally {
    program.free();
  }
});
