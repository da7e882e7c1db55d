import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo, type GoVersion, goCommand, goVersions, oldGoVersions } from "../../tests/support/index.ts";
import { describeErrors, readGoBinary } from "./index.ts";

const versions = [...oldGoVersions.filter((go) => go !== "1.15.15"), ...goVersions];

const builds: [GoVersion, string][] = [
  ...versions.map((go): [GoVersion, string] => [go, "amd64"]),
  ["1.26.8", "arm64"],
];

test.each(builds)("runtime.allgs, as the linker says it is, go%s, %s", (go, arch) => {
  const env = arch === "amd64" ? {} : { env: { GOARCH: arch } };
  const file = buildGo({ dir: "tests/go/old", go, form: "plain", ...env });
  const symbols = execFileSync(goCommand(), ["tool", "nm", file], { encoding: "utf8", maxBuffer: 1 << 26 });
  const [, address] = /^\s*([0-9a-f]+) \w runtime\.allgs$/m.exec(symbols)!;
  const { facts } = describeErrors(readGoBinary(readFileSync(file)));
  expect(facts.allgs).toBe(Number.parseInt(address!, 16));
});
