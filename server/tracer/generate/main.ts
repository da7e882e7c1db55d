/** `npm run generate:wire`: writes server/tracer/wire.gen.ts from the BTF of .build/bpf/errscope.bpf.o (make -C bpf). */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { elfSection, parseBtf } from "./btf.ts";
import { emitWire } from "./emit.ts";

const root = resolve(import.meta.dirname, "../../..");
const object = process.argv[2] ?? resolve(root, ".build/bpf/errscope.bpf.o");
const header = readFileSync(resolve(root, "bpf/wire.h"), "utf8");
writeFileSync(
  resolve(root, "server/tracer/wire.gen.ts"),
  emitWire(parseBtf(elfSection(readFileSync(object), ".BTF")), header),
);
