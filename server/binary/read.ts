import { readBuildIds } from "./build-id.ts";
import { readBuildInfo } from "./build-info.ts";
import { type Elf, readElf } from "./elf.ts";
import { Functions } from "./functions.ts";
import { layoutOf } from "./go-versions.ts";
import { ElfImage } from "./image.ts";
import { deriveItabLayout, itabAddresses, KNOWN_ITAB, readItabs } from "./itabs.ts";
import type { BinaryForm, Derivation, FunctionTable, GoBinary } from "./model.ts";
import { findModule } from "./moduledata.ts";
import { findPcHeaders } from "./pclntab.ts";
import { walkTypes } from "./type-walk.ts";
import { type RuntimeType, TypeReader } from "./types.ts";

/**
 * Reads a Go executable: ELF64, amd64 or arm64, Go 1.16 or newer, stripped or not. The bytes are left as they are and
 * must stay so while the result is in use, since much of it is decoded when asked for.
 *
 * Throws BinaryError.
 */
export function readGoBinary(bytes: Uint8Array): GoBinary {
  const elf = readElf(bytes);
  const image = ElfImage.of(elf);
  const info = readBuildInfo(image);
  const headers = findPcHeaders(elf, image);
  const goMinor = Number(/go1\.(\d+)/.exec(info?.version ?? "")?.[1] ?? 0);
  const layout = layoutOf(goMinor)!;
  const module = findModule(elf, image, headers, [layout]);
  const functions = new Functions(image, module);
  const reader = new TypeReader(image, module, functions);
  const itabs = itabAddresses(reader, module);
  const word = (address: number) => image.u64(address);
  const itabTypes = itabs.flatMap((a) => [word(a + KNOWN_ITAB.inter) ?? 0, word(a + KNOWN_ITAB.type) ?? 0]);
  const { types } = walkTypes(reader, module, itabTypes);
  const itabLayout = deriveItabLayout(itabs, (a) => types.get(a) ?? null, word) ?? KNOWN_ITAB;
  const ids = readBuildIds(elf);
  const derivations: Derivation[] = [];
  return {
    image,
    arch: elf.arch,
    buildId: ids.go ?? ids.gnu,
    goVersion: info?.version ?? "",
    goVersionFrom: "buildinfo",
    goMinor,
    module: info?.module ?? "",
    mainPackage: info?.mainPackage ?? "",
    form: formOf(elf, functions),
    moduleData: module.data,
    functions,
    types,
    itabs: readItabs(itabs, itabLayout, word),
    errorInterface: findErrorInterface(types),
    derivations,
  };
}

/** The predeclared `error`: a named interface outside any package with one method. */
function findErrorInterface(types: ReadonlyMap<number, RuntimeType>): number {
  for (const type of types.values()) {
    if (type.kind === "interface" && type.named && type.name === "error" && type.pkgPath === "")
      return type.address;
  }
  return 0;
}

const SHT_SYMTAB = 2;

function formOf(elf: Elf, functions: FunctionTable): BinaryForm {
  const sections = [...elf.sections.values()];
  return {
    stripped: !sections.some((s) => s.type === SHT_SYMTAB),
    pie: elf.positionIndependent,
    cgo: functions.byName("crosscall2") >= 0,
    noDwarf: !elf.sections.has(".debug_info") && !elf.sections.has(".zdebug_info"),
    noSectionHeaders: sections.length === 0,
  };
}
