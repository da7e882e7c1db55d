/** One measurement of `binary.ts`, in a process of its own: prints milliseconds and the peak of its memory in kB. */
import { Disassembler } from "../../server/binary/code/index.ts";
import { readElf } from "../../server/binary/elf.ts";
import { Functions } from "../../server/binary/functions.ts";
import { GO_LAYOUTS } from "../../server/binary/go-versions.ts";
import { ElfImage } from "../../server/binary/image.ts";
import { readGoBinary } from "../../server/binary/index.ts";
import { findModule } from "../../server/binary/moduledata.ts";
import { findPcHeaders } from "../../server/binary/pclntab.ts";
import { analyse } from "../../server/collector/analysis.ts";
import { openShared, readShared } from "../../server/collector/shared-file.ts";

const [what, path] = process.argv.slice(2) as [string, string];
const started = performance.now();
const file = what === "cached" || what === "cold" ? openShared(path) : readShared(path);
const { bytes } = file;
if (what === "functions") {
  const elf = readElf(bytes);
  const image = ElfImage.of(elf);
  const functions = new Functions(image, findModule(elf, image, findPcHeaders(elf, image), GO_LAYOUTS));
  for (let i = 0; i < functions.count; i++) void [functions.entry(i), functions.name(i)];
} else if (what === "read") readGoBinary(bytes);
else if (what === "code") {
  const { functions, image } = readGoBinary(bytes);
  const disassembler = new Disassembler();
  for (let i = 0; i < functions.count; i++) {
    const entry = functions.entry(i);
    const code = image.bytes(entry, functions.end(i) - entry);
    if (code) disassembler.decodeForNow(code, entry);
  }
} else await analyse(bytes, what === "cold" ? { ...file, cache: null } : file);
console.log(JSON.stringify({ ms: performance.now() - started, kb: process.resourceUsage().maxRSS }));
