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
/* Bytes that are all different, so that a field read too short, too long or the wrong way round shows; below 2^53. */
static unsigned long long next(size_t size) {
	static unsigned char byte;
	unsigned long long value = 0;
	for (size_t i = 0; i < size; i++) value = value << 8 | (byte = byte % 251 + 1);
	return size == 8 ? value >> 11 : value;
}
/* Signed fields become negative. */
#define SET(name, path) do { \\
	unsigned long long bits = next(sizeof(value.path)); \\
	value.path = (__typeof__(value.path))-1 < 0 ? -(long long)(bits >> 1) : (long long)bits; \\
	printf("value %s.%s %lld\\n", name, #path, (long long)value.path); \\
} while (0)
static void put(const char *name, const void *bytes, size_t size) {
	printf("bytes %s ", name);
	for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
	printf("\\n");
}
int main(void) {
`;

/** Every number below a decoded value, by its path as C writes it: `word0.disp`, `args[3]`. */
function leaves(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((element, i) => leaves(element, `${path}[${i}]`));
  return Object.entries(value as object).flatMap(([name, field]) =>
    leaves(field, path === "" ? snake(name) : `${path}.${snake(name)}`),
  );
}

/** C statements that set each field, elements and inner structs too, to a number of its own, and print what and where. */
function fill(name: string, struct: Struct): string {
  const type = `struct ${snake(name)}`;
  const sample = struct.read(new DataView(new ArrayBuffer(struct.size)), 0);
  return [
    `{ ${type} value; memset(&value, 0, sizeof(value));`,
    ...Object.keys(struct.offset).map(
      (field) => `printf("offset ${name}.${field} %zu\\n", offsetof(${type}, ${snake(field)}));`,
    ),
    ...leaves(sample).map(([path]) => `SET("${name}", ${path});`),
    `put("${name}", &value, sizeof(value)); }`,
  ].join("\n");
}

describe("wire.h", () => {
  const dir = mkdtempSync(join(tmpdir(), "errscope-wire-"));
  const offsets = new Map<string, number>();
  const values = new Map<string, number>();
  const golden = new Map<string, Uint8Array>();

  beforeAll(() => {
    const body = structs.map(([name, struct]) => fill(name, struct)).join("\n");
    writeFileSync(join(dir, "golden.c"), `${PROGRAM}${body}\nreturn 0; }\n`);
    execFileSync("gcc", ["-Wall", "-Werror", "-I", bpf, "-o", join(dir, "golden"), join(dir, "golden.c")]);
    for (const line of execFileSync(join(dir, "golden"), { encoding: "utf8" }).trim().split("\n")) {
      const [what, name, text] = line.split(" ") as [string, string, string];
      if (what === "offset") offsets.set(name, Number(text));
      else if (what === "value") values.set(name, Number(text));
      else golden.set(name, Uint8Array.from(Buffer.from(text, "hex")));
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
    const found = leaves(read);
    expect(found.length).toBeGreaterThan(0);
    for (const [path, value] of found) expect(value, path).toBe(values.get(`${name}.${path}`));
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
