import { describe, expect, it } from "vitest";
import { type AttachResult, TracerError } from "../tracer/index.ts";
import { Placement, type Scope, type Where } from "./placement.ts";

const file = new Uint8Array();
const where = { path: "/srv/app" };

/**
 * Keeps what is in place, as the kernel side would: it refuses what would hit twice in one process.
 * @param refuses what else it refuses.
 */
function fakeTracer(refuses: (target: { scope: Scope } & Partial<Where>) => TracerError | null = () => null) {
  const links = new Map<number, Scope>();
  let last = 0;
  return {
    links,
    attach: async (
      _plan: number,
      _file: Uint8Array,
      target: { scope: Scope } & Partial<Where>,
    ): Promise<AttachResult> => {
      const { scope } = target;
      const there = [...links.values()];
      const isSame = (one: Scope) => JSON.stringify(one) === JSON.stringify(scope);
      const clash = there.some((one) => one === "all" || scope === "all" || isSame(one));
      const single = scope === "followed" && there.some((one) => typeof one === "object");
      if (clash || single) throw new TracerError("command", "attached already");
      const refused = refuses(target);
      if (refused) throw refused;
      links.set(++last, scope);
      return { link: last, attached: 1, bad: [], skipped: 0, method: "uprobe_multi" };
    },
    detach: async (link = 0) => void links.delete(link),
  };
}

const by = (tracer: ReturnType<typeof fakeTracer>, dropped: unknown[] = []) => ({
  tracer,
  plan: 3,
  dropped: (scope: Scope, reason: string) => void dropped.push({ scope, reason }),
});

describe("Placement", () => {
  const placed = async (...scopes: Scope[]) => {
    const tracer = fakeTracer();
    const placement = new Placement(file);
    for (const scope of scopes) await placement.place(by(tracer), scope, where);
    return { scopes: [...tracer.links.values()], tracer, placement };
  };

  it("places one process's beside another's", async () => {
    const { scopes, placement } = await placed({ pid: 5 }, { pid: 6 });
    expect(scopes).toEqual([{ pid: 5 }, { pid: 6 }]);
    expect(placement.open).toBeNull();
  });

  it("gives way to wider ones, and keeps what they leave out", async () => {
    expect((await placed({ pid: 5 }, "followed")).scopes).toEqual(["followed", { pid: 5 }]);
    expect((await placed({ pid: 5 }, "followed", "all")).scopes).toEqual(["all"]);
    expect((await placed("followed", { pid: 5 })).scopes).toEqual(["followed", { pid: 5 }]);
  });

  it("places nothing twice", async () => {
    for (const again of ["all", "followed", { pid: 5 }] as const)
      expect((await placed("all", again)).scopes).toEqual(["all"]);
    expect((await placed("followed", "followed")).scopes).toEqual(["followed"]);
  });

  it("keeps the time from when on later processes are traced", async () => {
    const { placement } = await placed("all");
    const { since } = placement.open!;
    await placement.place(by(fakeTracer()), { pid: 5 }, where);
    expect(placement.open!.since).toBe(since);
  });

  it("takes the probes of a process that has ended away: its id may be given to another", async () => {
    const { placement, tracer } = await placed({ pid: 5 }, { pid: 6 });
    await placement.release(tracer, 5);
    expect([...tracer.links.values()]).toEqual([{ pid: 6 }]);
    await placement.place(by(tracer), { pid: 5 }, where);
    await placement.place(by(tracer), { pid: 6 }, where); // nobody told of its end
    expect([...tracer.links.values()]).toEqual([{ pid: 5 }, { pid: 6 }]);
  });

  describe("where the wider ones are refused", () => {
    const gone = new TracerError("no_process", "there is no process 9");
    const widened = async (refuses: (scope: Scope) => TracerError | null, ...before: Scope[]) => {
      const dropped: unknown[] = [];
      const placement = new Placement(file);
      let isBefore = true;
      // each single one again by its own executable
      const own = ({ scope, ...by }: { scope: Scope } & Partial<Where>) =>
        typeof scope !== "object" || ("exePid" in by && by.exePid === scope.pid) ? null : gone;
      const tracer = fakeTracer((target) =>
        isBefore ? null : (refuses(target.scope) ?? own(target as Parameters<typeof own>[0])),
      );
      for (const scope of before) await placement.place(by(tracer, dropped), scope, where);
      isBefore = false;
      const placing = placement.place(by(tracer, dropped), "all", { exePid: 9 });
      const error = await placing.catch((reason: unknown) => reason);
      return { error, scopes: [...tracer.links.values()], dropped, placement };
    };

    it("puts the narrower ones back", async () => {
      const all = (scope: Scope) => (scope === "all" ? gone : null);
      const { error, scopes, dropped, placement } = await widened(all, "followed", { pid: 5 }, { pid: 6 });
      expect(error).toBe(gone);
      expect(scopes).toEqual(["followed", { pid: 5 }, { pid: 6 }]);
      expect(placement.open!.scope).toBe("followed");
      expect(dropped).toEqual([]);
    });

    it("says which can't be put back; of one that has ended there is nothing to say", async () => {
      const refuses = (scope: Scope) => {
        if (scope === "all" || (typeof scope === "object" && scope.pid === 5)) return gone;
        return typeof scope === "object" && scope.pid === 6 ? new TracerError("system", "no memory") : null;
      };
      const { scopes, dropped } = await widened(refuses, { pid: 5 }, { pid: 6 }, { pid: 7 });
      expect(scopes).toEqual([{ pid: 7 }]);
      expect(dropped).toEqual([{ scope: { pid: 6 }, reason: "no memory" }]);
    });
  });
});
