import { type BuildInfo, goString } from "./build-info.ts";
import { hex } from "./bytes.ts";
import { PF_W } from "./elf.ts";
import { GO_LAYOUTS, type GoLayout, layoutOf, NEWEST_GO, OLDEST_GO } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import { BinaryError, type Derivation, type GoBinary } from "./model.ts";

export type GoVersion = Pick<GoBinary, "goVersion" | "goVersionFrom" | "goMinor">;

/** Versions that the file names itself; several only where there is no build information. */
export interface NamedVersions {
  from: "buildinfo" | "runtime.buildVersion";
  /** Where each was found, by version. */
  versions: ReadonlyMap<string, number>;
}

const VERSION = /^(devel )?go1\.(\d{1,3})\b/;
const MAX_VERSION_LENGTH = 128;

/** N of `go1.N…` or `devel go1.N-…`, or null. */
export function minorOf(version: string): number | null {
  const match = VERSION.exec(version);
  return match ? Number(match[2]) : null;
}

/**
 * The version in the build information, else every string variable with a version in it: one of them is
 * runtime.buildVersion, which the linker fills even when it leaves the build information out.
 * Throws BinaryError "go-too-old".
 */
export function namedVersions(image: ElfImage, info: BuildInfo | null): NamedVersions {
  if (info && minorOf(info.version) !== null) {
    const minor = minorOf(info.version)!;
    if (minor < OLDEST_GO) throw tooOld(info.version);
    return { from: "buildinfo", versions: new Map([[info.version, 0]]) };
  }
  return { from: "runtime.buildVersion", versions: versionVariables(image) };
}

export function tooOld(version: string): BinaryError {
  return new BinaryError(
    "go-too-old",
    `the program was built with ${version}; errscope reads go1.${OLDEST_GO} and newer: build it again with a newer Go`,
  );
}

function versionVariables(image: ElfImage): Map<string, number> {
  const found = new Map<string, number>();
  for (const { address, view, flags } of image.loaded) {
    if (!(flags & PF_W)) continue;
    for (let at = (8 - (address % 8)) % 8; at + 16 <= view.byteLength; at += 8) {
      const length = view.getUint32(at + 8, true);
      if (length < 5 || length > MAX_VERSION_LENGTH || view.getUint32(at + 12, true) !== 0) continue;
      const version = goString(image, address + at, MAX_VERSION_LENGTH);
      if (version && minorOf(version) !== null && !found.has(version)) found.set(version, address + at);
    }
  }
  return found;
}

/** The rows of the table that the module data may follow. */
export function layoutsFor(named: NamedVersions): readonly GoLayout[] {
  if (named.from !== "buildinfo") return GO_LAYOUTS.toReversed();
  const [version] = named.versions.keys();
  return [layoutOf(minorOf(version!)!)!];
}

/**
 * Settles the version once the layout is known: without build information, the most exact of the named versions that
 * suit the layout, else the newest one that the layout stands for.
 */
export function settleVersion(
  named: NamedVersions,
  layout: GoLayout,
): { version: GoVersion; derivation: Derivation } {
  const suits = ([version]: [string, number]) => layoutOf(minorOf(version)!) === layout;
  const exactFirst = (a: [string, number], b: [string, number]) =>
    b[0].length - a[0].length || minorOf(b[0])! - minorOf(a[0])!;
  const fitting = [...named.versions].filter(suits).sort(exactFirst);
  const [best, address] = fitting[0] ?? [];
  if (best === undefined) {
    const goVersion = `go1.${layout.until}`;
    const note = `the file names no version; its layout is that of go1.${layout.since} to go1.${layout.until}`;
    return {
      version: { goVersion, goVersionFrom: "layout", goMinor: layout.until },
      derivation: { name: "Go version", value: goVersion, from: "layout", checked: false, note },
    };
  }
  const goMinor = minorOf(best)!;
  const derivation: Derivation = {
    name: "Go version",
    value: best,
    from: named.from === "buildinfo" ? "build information" : `string variable at ${hex(address!)}`,
    checked: goMinor <= NEWEST_GO && fitting.length === 1,
  };
  if (goMinor > NEWEST_GO)
    derivation.note = `newer than the version table, read by the layout of go1.${NEWEST_GO}`;
  else if (fitting.length > 1) derivation.note = `chosen among ${fitting.map(([v]) => v).join(", ")}`;
  return { version: { goVersion: best, goVersionFrom: named.from, goMinor }, derivation };
}
