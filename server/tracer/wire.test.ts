/** bpf/wire.h and wire.gen.ts describe the same bytes: a C compiler says where each field is and what it holds. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elfSection, parseBtf } from "./generate/btf.ts";
import { emitWire } from "./generate/emit.ts";
import * as wire from "./wire.gen.ts";

const bpf = resolve(import.meta.dirname, "../../bpf");

interface Struct {
  size: number;
  offset: Record<string, number>;
  read(view: DataView, at: number): Record<string, unknown>;
  write(view: DataView, at: number, value: never): void;
}
const isStruct = (value: unknown): value is Struct =>
  typeof value === "object" && value !== null && "read" in value;
const structs = Object.entries(wire).flatMap(([name, value]): [string, Struct][] =>
  isStruct(value) ? [[name, value]] : [],
);
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const PROGRAM = `
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <linux/types.h>
#include "wire.h"
static void put(const char *name, const void *bytes, size_t size) {
	printf("%s %zu ", name, size);
	for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
	printf("\\n");
}
int main(void) {
`;

/** C statements that set each field to its own number, and print where it is. */
function fill(name: string, struct: Struct): { text: string; values: Map<string, number> } {
  const type = `struct ${snake(name)}`;
  const values = new Map<string, number>();
  const lines = [`{ ${type} value; memset(&value, 0, sizeof(value));`];
  const sample = struct.read(new DataView(new ArrayBuffer(struct.size)), 0);
  let next = 3;
  for (const field of Object.keys(struct.offset)) {
    lines.push(`printf("offset ${name} ${field} %zu\\n", offsetof(${type}, ${snake(field)}));`);
    if (typeof sample[field] !== "number") continue; // a struct or an array of structs, which have lines of their own
    values.set(field, next);
    lines.push(`value.${snake(field)} = ${next};`);
    next += 7;
  }
  lines.push(`put("${name}", &value, sizeof(value)); }`);
  return { text: lines.join("\n"), values };
}

describe("wire.h", () => {
  const dir = mkdtempSync(join(tmpdir(), "errscope-wire-"));
  const offsets = new Map<string, number>();
  const golden = new Map<string, Uint8Array>();
  const filled = new Map(structs.map(([name, struct]) => [name, fill(name, struct)]));

  beforeAll(() => {
    const body = [...filled.values()].map(({ text }) => text).join("\n");
    writeFileSync(join(dir, "golden.c"), `${PROGRAM}${body}\nreturn 0; }\n`);
    execFileSync("gcc", ["-Wall", "-Werror", "-I", bpf, "-o", join(dir, "golden"), join(dir, "golden.c")]);
    for (const line of execFileSync(join(dir, "golden"), { encoding: "utf8" }).trim().split("\n")) {
      const [name, first, second, third] = line.split(" ");
      if (name === "offset") offsets.set(`${first}.${second}`, Number(third));
      else golden.set(name!, Uint8Array.from(Buffer.from(second!, "hex")));
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("has at least the structs of events, plans and commands", () => {
    expect(structs.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "esHead",
        "esNode",
        "esString",
        "esFrames",
        "esEnd",
        "esSite",
        "esPlan",
        "esLayout",
      ]),
    );
  });

  it.each(structs)("%s: C's bytes are read as C wrote them, and written as C has them", (name, struct) => {
    const bytes = golden.get(name)!;
    expect(bytes.length).toBe(struct.size);
    for (const [field, at] of Object.entries(struct.offset)) {
      expect(offsets.get(`${name}.${field}`), `offset of ${field}`).toBe(at);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const read = struct.read(view, 0);
    for (const [field, value] of filled.get(name)!.values) expect(read[field], field).toBe(value);
    const written = new Uint8Array(struct.size);
    struct.write(new DataView(written.buffer), 0, read as never);
    expect(Buffer.from(written).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
  });

  it("is what wire.gen.ts was generated from", () => {
    const header = readFileSync(join(bpf, "wire.h"), "utf8");
    const object = readFileSync(resolve(bpf, "../.build/bpf/errscope.bpf.o"));
    const generated = emitWire(parseBtf(elfSection(object, ".BTF")), header);
    const committed = readFileSync(join(import.meta.dirname, "wire.gen.ts"), "utf8");
    expect(committed === generated, "stale: make -C bpf && npm run generate:wire").toBe(true);
  });
});
