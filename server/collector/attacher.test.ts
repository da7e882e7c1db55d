import { describe, expect, it } from "vitest";
import type { RawProcess } from "../decode/index.ts";
import { type AttachResult, identityOf, type Tracer, TracerError } from "../tracer/index.ts";
import { Attacher, type Found } from "./attacher.ts";
import type { Executables, Loaded } from "./executables.ts";
import { Placement } from "./placement.ts";
import type { Selector } from "./processes.ts";
import type { Tracked } from "./tracked.ts";
import { startTicks } from "./whereabouts.ts";

const unseen: RawProcess = {
  kind: "exec",
  pid: 1 << 30, // no process has it
  nsPid: 0,
  parent: 0,
  waitStatus: 0,
  mono: 5n,
  inode: 7n,
  path: "/srv/shop",
};

/** What is said of a process that has ended when it is looked at. */
async function saidOf(selector: Selector, identify: Tracer["identify"]): Promise<string[]> {
  const said: string[] = [];
  const found = {
    tracked: () => undefined,
    refused: ({ exe }, reason) => said.push(`${exe}: ${reason}`),
  } satisfies Partial<Found>;
  const tracer = { list: async () => [], identify };
  const attacher = new Attacher(
    tracer as Partial<Tracer> as Tracer,
    {} as Executables,
    found as Partial<Found> as Found,
  );
  await attacher.select([selector]);
  await attacher.execed(unseen)();
  return said;
}
const shop: Selector = { kind: "name", pattern: /^shop$/, text: "shop" };

it("says why a process that was meant, and has ended, isn't traced", async () => {
  const gone = async () => {
    throw new TracerError("no_file", "/srv/shop can't be opened");
  };
  expect(await saidOf(shop, gone)).toEqual([
    "/srv/shop: it ended before it was looked at: /srv/shop can't be opened",
  ]);
  const another = async () => identityOf({ dev: 1n, ino: 8n, size: 1n, mtimeNs: 1n });
  expect(await saidOf(shop, another)).toEqual([
    "/srv/shop: it ended before it was looked at: another file has its path now",
  ]);
  // who asked for all that are Go programs didn't ask for this one
  expect(await saidOf({ kind: "all-go" }, gone)).toEqual([]);
});

describe("a process that goes while it is looked at", () => {
  const file = identityOf({ dev: 1n, ino: 7n, size: 1n, mtimeNs: 1n });
  const loaded = { path: "/srv/shop", file, placement: new Placement(file) } as Partial<Loaded> as Loaded;
  const pid = process.ppid; // one that is there
  const exec: RawProcess = { ...unseen, pid };
  const info = {
    pid,
    ppid: 1,
    uid: 0,
    exe: "/srv/shop",
    name: "shop",
    args: [],
    start: startTicks(pid),
    file,
  };

  /** @param spoken it told of errors before that, so that it is traced already. @param meanwhile what the kernel tells. */
  async function lookedAt(spoken: boolean, error: Error, meanwhile: (attacher: Attacher) => void) {
    const said: string[] = [];
    const tracked = { loaded, start: 0, target: { state: "attached" } } as Partial<Tracked> as Tracked;
    const found = {
      tracked: () => (spoken ? tracked : undefined),
      watch: () => Promise.reject(error),
      passed: (_pid, _loaded, _path, _result, late) => {
        said.push(`passed, ${late === null ? "" : late > 0 ? "late" : "in time"}`);
      },
      refused: (_, reason) => said.push(`refused: ${reason}`),
      left: (_, reason) => said.push(`left: ${reason}`),
      placed: () => {},
      attached: (_pid, _loaded, _path, _result, late) => {
        said.push(`attached ${late === null ? "" : late > 0 ? "late" : "in time"}`);
        return tracked;
      },
      missed: (_, exit) => said.push(exit ? "its end was told" : "it ended unseen"),
    } satisfies Found;
    const result = {
      link: 1,
      attached: 1,
      bad: [] as AttachResult["bad"],
      skipped: 0,
      method: "uprobe_multi",
    } as const;
    const tracer = {
      list: async (pid?: number) =>
        pid === undefined ? [] : [{ ...info, file: spoken ? new Uint8Array(1) : file }],
      identify: async () => file,
      attach: async () => result,
      clock: async () => {
        meanwhile(attacher);
        return 8n;
      },
    };
    const executables = { load: async () => loaded, upload: async () => ({ plan: 0, firstSite: 0 }) };
    const attacher = new Attacher(
      tracer as Partial<Tracer> as Tracer,
      executables as Partial<Executables> as Executables,
      found,
    );
    await attacher.select([shop]);
    await attacher.execed(exec)();
    return said;
  }
  const ended = new TracerError("no_process", "there is no process");
  const exit: RawProcess = { ...exec, kind: "exit", mono: 8n, path: null };

  it("is not refused, but told of as one that was looked at too late", async () => {
    expect(await lookedAt(false, ended, (attacher) => attacher.ended(exit))).toEqual([
      "attached late",
      "its end was told",
    ]);
    expect(await lookedAt(false, ended, () => {})).toEqual(["attached late", "it ended unseen"]);
  });

  it("stays traced where it spoke before", async () => {
    expect(await lookedAt(true, ended, (attacher) => attacher.ended(exit))).toEqual([]);
  });

  it("is left to the look at what it has become", async () => {
    const changed = new TracerError("changed", "is not the file that was analysed");
    const next: RawProcess = { ...exec, mono: 7n };
    const becomes = (attacher: Attacher) => void attacher.execed(next);
    expect(await lookedAt(false, changed, becomes)).toEqual(["passed, late"]);
    expect(await lookedAt(true, changed, becomes)).toEqual([]);
  });

  it("is refused where it is still there", async () => {
    const other = new TracerError("full", "there are too many probes");
    expect(await lookedAt(false, other, () => {})).toEqual(["refused: there are too many probes"]);
  });
});
