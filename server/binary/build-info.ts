import { indexOfBytes, text, VarintReader } from "./bytes.ts";
import { PF_W, PF_X } from "./elf.ts";
import type { ElfImage } from "./image.ts";

/** What `go version -m` prints. */
export interface BuildInfo {
  /** `go1.26.8`, or `devel go1.28-0123abc …`, with `X:…` experiments after it. */
  version: string;
  /** Path of the main package, "" if unknown. */
  mainPackage: string;
  /** Path of the main module, "" if unknown. */
  module: string;
  /** The `build` lines: -ldflags, GOARCH, CGO_ENABLED, vcs.revision … */
  settings: ReadonlyMap<string, string>;
}

const MAGIC = Uint8Array.from("\xff Go buildinf:", (letter) => letter.charCodeAt(0));
const HEADER = 32;
const MAX_TEXT = 1 << 22;

/**
 * Reads the build information that the linker leaves (debug/buildinfo/buildinfo.go): a 16-byte aligned header with
 * either two pointers to Go strings (before 1.18) or two length-prefixed strings after it. Null if there is none.
 */
export function readBuildInfo(image: ElfImage): BuildInfo | null {
  // the linker puts it among the variables; code is most of a file, and looked through last
  const order = image.loaded.toSorted(
    (a, b) => (b.flags & PF_W) - (a.flags & PF_W) || (a.flags & PF_X) - (b.flags & PF_X),
  );
  for (const { address, bytes } of order) {
    for (let at = indexOfBytes(bytes, MAGIC); at >= 0; at = indexOfBytes(bytes, MAGIC, at + 1)) {
      if ((address + at) % 16 !== 0 || at + HEADER > bytes.length) continue;
      const info = readAt(image, bytes, address, at);
      if (info) return info;
    }
  }
  return null;
}

function readAt(image: ElfImage, bytes: Uint8Array, address: number, start: number): BuildInfo | null {
  const flags = bytes[start + 15];
  if (flags === undefined || flags & 1) return null;
  let version: string | null;
  let modules: string | null;
  if (flags & 2) {
    const reader = new VarintReader(bytes, start + HEADER);
    version = inlineText(reader);
    modules = inlineText(reader);
  } else {
    version = goString(image, image.u64(address + start + 16));
    modules = goString(image, image.u64(address + start + 24));
  }
  if (!version || !/go1\.\d/.test(version)) return null;
  return { version, ...parseModules(modules ?? "") };
}

function inlineText(reader: VarintReader): string | null {
  const length = reader.next();
  const end = reader.offset + length;
  if (length < 0 || length > MAX_TEXT || end > reader.bytes.length) return null;
  const value = text(reader.bytes, reader.offset, end);
  reader.offset = end;
  return value;
}

/** The text of the string header (pointer, length) at `address`; null where it isn't in the file. */
export function goString(image: ElfImage, address: number | null, limit = MAX_TEXT): string | null {
  if (!address) return null;
  const data = image.u64(address);
  const length = image.u64(address + 8);
  if (data === null || length === null || length > limit) return null;
  const bytes = image.bytes(data, length);
  return bytes && text(bytes, 0, bytes.length);
}

/** The text is framed by 16 bytes on each side (cmd/go/internal/modload, infoStart and infoEnd). */
function parseModules(framed: string): Omit<BuildInfo, "version"> {
  const settings = new Map<string, string>();
  let mainPackage = "";
  let module = "";
  const body = framed.length >= 33 ? framed.slice(framed.indexOf("path\t"), -16) : "";
  for (const line of body.split("\n")) {
    const [key, value = ""] = line.split("\t");
    if (key === "path") mainPackage = value;
    else if (key === "mod") module = value;
    else if (key === "build") {
      const equals = value.indexOf("=");
      if (equals > 0) settings.set(value.slice(0, equals), value.slice(equals + 1));
    }
  }
  return { mainPackage, module, settings };
}
