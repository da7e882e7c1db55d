import { hex } from "./bytes.ts";
import { PF_W, PF_X } from "./elf.ts";
import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import type { ModuleData } from "./model.ts";
import { type Module, type Slice, type TextSection, textAddress, type Words } from "./moduledata.ts";
import type { PcHeader } from "./pclntab.ts";

type CheckedModule = Omit<Module, "address" | "from">;
export type CheckResult = { module: CheckedModule } | { failed: string; passed: number };

interface Subject {
  image: ElfImage;
  header: PcHeader;
  layout: GoLayout;
  word: (name: string) => number;
  slice: (name: string) => Slice;
  textSections: TextSection[];
}

/** A check gives null if it holds, else what is wrong. */
type Check = readonly [name: string, check: (subject: Subject) => string | null];

/**
 * What must hold of a moduledata before a word of it is believed. The runtime itself checks the function table's order
 * and the bounds of the text (runtime/symtab.go, moduledataverify1); the rest follows from what the linker writes
 * (cmd/link/internal/ld/symtab.go and pcln.go).
 */
const CHECKS: readonly Check[] = [
  ["tables start where pcHeader says", tablesMatchHeader],
  ["tables end before the next", tableLengths],
  ["function table has an entry a function and one for the end", functionTableCount],
  ["text is executable", textIsExecutable],
  ["text sections", textSectionsFit],
  ["function table is sorted and ends at minpc and maxpc", functionTableBounds],
  ["data ranges are mapped, writable and apart", dataRanges],
  ["types are mapped and not executable", typesAreMapped],
  ["rodata, gofunc and findfunctab are mapped", readOnlyPointers],
  ["typelinks and itabs are in the file", linksAreInFile],
];

/** Runs all checks in order; the first that fails ends it, with the number of those that held before. */
export function checkModule(image: ElfImage, header: PcHeader, layout: GoLayout, words: Words): CheckResult {
  const word = (name: string) => words.get(name) ?? 0;
  const slice = (name: string) => ({ address: word(name), length: words.get(`${name}.len`) ?? -1 });
  const textSections = readTextSections(image, slice("textsectmap"));
  const subject: Subject = { image, header, layout, word, slice, textSections };
  for (const [passed, [name, check]] of CHECKS.entries()) {
    const wrong = check(subject);
    if (wrong) return { failed: `check "${name}" failed: ${wrong}`, passed };
  }
  return { module: moduleOf(subject) };
}

const TABLES = ["funcnametab", "cutab", "filetab", "pctab", "pclntable"] as const;

function tablesMatchHeader({ header, word }: Subject): string | null {
  const wrong = TABLES.find((name) => word(name) !== header[name]);
  return wrong ? `${wrong} is ${hex(word(wrong))} and not ${hex(header[wrong])}` : null;
}

function tableLengths({ header, layout, word, slice }: Subject): string | null {
  for (const [i, name] of TABLES.entries()) {
    const { length } = slice(name);
    if (length < 1) return `${name} is empty, or its length is not its capacity`;
    const next = TABLES[i + 1];
    const bytes = name === "cutab" ? length * layout.cutabUnit : length;
    if (next && word(name) + bytes > header[next]) return `${name} runs into ${next}`;
  }
  return null;
}

function functionTableCount({ image, header, layout, word, slice }: Subject): string | null {
  const ftab = slice("ftab");
  if (ftab.address !== word("pclntable")) return "ftab isn't at the start of pclntable";
  if (ftab.length !== header.functions + 1) {
    return `ftab has ${ftab.length} entries for ${header.functions} functions`;
  }
  if (slice("pclntable").length < ftab.length * layout.ftabEntry) return "pclntable is shorter than ftab";
  if (!image.bytes(word("pclntable"), slice("pclntable").length)) return "pclntable isn't in the file";
  return null;
}

function textIsExecutable({ image, word }: Subject): string | null {
  const segment = image.segments.find(
    (s) => s.flags & PF_X && word("text") >= s.address && word("text") < s.address + s.memSize,
  );
  if (!segment) return `text at ${hex(word("text"))} isn't in an executable segment`;
  const end = word("etext");
  if (end <= word("text")) return `etext ${hex(end)} isn't after text`;
  if (!image.segments.some((s) => s.flags & PF_X && end > s.address && end <= s.address + s.memSize)) {
    return `etext ${hex(end)} isn't in an executable segment`;
  }
  return null;
}

function textSectionsFit({ textSections, word }: Subject): string | null {
  const first = textSections[0];
  const last = textSections.at(-1);
  if (!first || !last) return "textsectmap isn't readable";
  if (first.start !== 0 || first.address !== word("text"))
    return "the first text section doesn't start at text";
  const end = last.address + last.end - last.start;
  // runtime.etext is the last symbol of the section; the section's length may count padding after it.
  return Math.abs(end - word("etext")) <= MAX_TEXT_PADDING
    ? null
    : `the last text section ends at ${hex(end)} and etext is ${hex(word("etext"))}`;
}

function functionTableBounds({ image, header, layout, textSections, word }: Subject): string | null {
  const wide = layout.ftabEntry === 16;
  const bytes = image.bytes(word("ftab"), (header.functions + 1) * layout.ftabEntry)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = (i: number) =>
    wide
      ? view.getUint32(i * 16, true) + view.getUint32(i * 16 + 4, true) * 0x100000000
      : view.getUint32(i * 8, true);
  for (let i = 0; i < header.functions; i++) {
    if (entry(i) > entry(i + 1)) return `entry ${i + 1} is before entry ${i}`;
  }
  const data = { text: word("text") } as ModuleData;
  const address = (i: number) => (wide ? entry(i) : textAddress({ data, textSections }, entry(i)));
  if (word("minpc") !== address(0)) return `minpc is ${hex(word("minpc"))} and not ${hex(address(0))}`;
  const end = address(header.functions);
  if (word("maxpc") !== end) return `maxpc is ${hex(word("maxpc"))} and not ${hex(end)}`;
  return end <= word("etext") ? null : "maxpc is after etext";
}

function dataRanges({ image, word }: Subject): string | null {
  const ranges = ["noptrdata", "data", "bss", "noptrbss"].map((name) => ({
    name,
    start: word(name),
    end: word(`e${name}`),
  }));
  for (const { name, start, end } of ranges) {
    const held = image.segments.some(
      (s) => s.flags & PF_W && start >= s.address && start <= end && end <= s.address + s.memSize,
    );
    if (!held) return `${name} ${hex(start)}–${hex(end)} isn't in one writable segment`;
  }
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [i, range] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next && range.end > next.start) return `${range.name} runs into ${next.name}`;
  }
  return null;
}

function typesAreMapped({ image, word }: Subject): string | null {
  const start = word("types");
  const end = word("etypes");
  if (start >= end || !image.bytes(start, end - start)) {
    return `types ${hex(start)}–${hex(end)} aren't in one segment of the file`;
  }
  if (image.executable(start)) return "types are in an executable segment";
  return start % 8 === 0 ? null : "types aren't aligned";
}

function readOnlyPointers({ image, header, layout, word, slice }: Subject): string | null {
  const names = layout.since >= 18 ? ["rodata", "gofunc", "findfunctab"] : ["findfunctab"];
  for (const name of names) {
    if (image.fileOffset(word(name)) < 0) return `${name} ${hex(word(name))} isn't in the file`;
    if (image.executable(word(name))) return `${name} ${hex(word(name))} is in an executable segment`;
  }
  if (layout.since < 26) return null;
  const end = word("pclntable") + slice("pclntable").length;
  return word("epclntab") > header.pclntable && word("epclntab") >= end
    ? null
    : "epclntab is before pclntable ends";
}

function linksAreInFile({ image, layout, word, slice }: Subject): string | null {
  if (layout.since >= 27) {
    const size = word("etypes") - word("types");
    const start = word("itaboffset");
    if (word("typedesclen") > start || start % 8) return "itaboffset is inside the type descriptors";
    return start + word("itabsize") <= size ? null : "the itabs run past etypes";
  }
  const typelinks = slice("typelinks");
  const itablinks = slice("itablinks");
  if (typelinks.length < 0 || !image.bytes(typelinks.address, typelinks.length * 4))
    return "typelinks aren't in the file";
  if (itablinks.length < 0 || !image.bytes(itablinks.address, itablinks.length * 8))
    return "itablinks aren't in the file";
  for (let i = 0; i < itablinks.length; i++) {
    const itab = image.u64(itablinks.address + 8 * i); // null: no address at all
    if (itab === null || itab % 8 || image.fileOffset(itab) < 0)
      return `itab ${i}${itab === null ? "" : ` at ${hex(itab)}`} isn't in the file`;
  }
  return null;
}

const MAX_TEXT_SECTIONS = 4096;
const MAX_TEXT_PADDING = 4096;

function readTextSections(image: ElfImage, map: Slice): TextSection[] {
  const sections: TextSection[] = [];
  if (map.length < 1 || map.length > MAX_TEXT_SECTIONS) return sections;
  for (let i = 0; i < map.length; i++) {
    const at = map.address + 24 * i;
    const [start, end, address] = [image.u64(at), image.u64(at + 8), image.u64(at + 16)];
    if (start === null || end === null || address === null || end < start) return [];
    sections.push({ start, end, address });
  }
  return sections;
}

function moduleOf({ header, layout, word, slice, textSections }: Subject): CheckedModule {
  const types = word("types");
  const linear = layout.since >= 27;
  return {
    layout,
    header,
    textSections,
    data: {
      text: word("text"),
      etext: word("etext"),
      noptrdata: word("noptrdata"),
      enoptrdata: word("enoptrdata"),
      data: word("data"),
      edata: word("edata"),
      bss: word("bss"),
      ebss: word("ebss"),
      noptrbss: word("noptrbss"),
      enoptrbss: word("enoptrbss"),
      types,
      etypes: word("etypes"),
      rodata: word("rodata"),
      gofunc: word("gofunc"),
    },
    ftab: slice("ftab"),
    funcnametab: slice("funcnametab"),
    cutab: { address: word("cutab"), length: (slice("cutab").length * layout.cutabUnit) / 4 },
    filetab: slice("filetab"),
    pctab: slice("pctab"),
    pclntable: slice("pclntable"),
    typelinks: linear ? null : slice("typelinks"),
    typelinkBytes: word("typedesclen"),
    itabs: linear
      ? { block: { address: types + word("itaboffset"), length: word("itabsize") } }
      : { pointers: slice("itablinks") },
    checks: CHECKS.map(([name]) => name),
  };
}
