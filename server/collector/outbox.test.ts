import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { IdentityTable, ProcessState } from "../decode/index.ts";
import type { Event } from "../events/index.ts";
import { TracerError } from "../tracer/index.ts";
import type { Goroutine, Look } from "./goroutines.ts";
import { Outbox } from "./outbox.ts";

const process = { pid: 7, name: "p", exe: "/p", buildId: null, host: "h", container: null };
const state = () => new ProcessState(process, new IdentityTable(() => "e1"));

function event(id: string, goroutine: number, parent: number | null): Event {
  return {
    v: 1,
    id,
    time: "2026-11-25T00:00:00.000000000Z",
    mono: 1,
    process,
    thread: 8,
    goroutine: { id: goroutine, parent, createdBy: "main.f" },
    site: { op: "goexit", function: "main.f", file: "main.go", line: 1, package: "main", inlined: false },
    stack: [],
    sampled: 1,
    kind: "goexit",
  };
}

/** An outbox whose looks at a process are answered by hand. */
function outbox() {
  const told: Event[] = [];
  const looks: {
    answer(found: Goroutine[] | null, whole?: boolean): void;
    fail(code?: "no_process" | "privilege"): void;
  }[] = [];
  const box = new Outbox(
    (one) => told.push(one),
    () =>
      new Promise<Look | null>((done, fail) => {
        looks.push({
          answer: (goroutines, whole = true) => done(goroutines && { goroutines, whole }),
          fail: (code = "no_process") => fail(new TracerError(code, "no")),
        });
      }),
  );
  const ids = () => told.map((one) => one.id);
  const ancestors = (id: string) => {
    const found = told.find((one) => one.id === id);
    return found && "goroutine" in found ? found.goroutine : undefined;
  };
  return { box, told, looks, ids, ancestors };
}

describe("outbox", () => {
  test("at once where the ancestors are known, or there are none", () => {
    const { box, looks, ids, ancestors } = outbox();
    const one = state();
    box.event(event("A", 1, null), one);
    box.event(event("B", 20, 1), one);
    expect(ids()).toEqual(["A", "B"]);
    expect(ancestors("B")?.ancestors).toEqual([{ id: 1, createdBy: null }]);
    expect(looks).toEqual([]);
  });

  test("an event waits for a look at its process, and all behind it for the event", async () => {
    const { box, looks, ids, ancestors } = outbox();
    const one = state();
    let after = false;
    box.event(event("A", 31, 20), one);
    box.event(event("B", 1, null), state());
    box.after(() => {
      after = true;
    });
    expect(ids()).toEqual([]);
    looks[0]!.answer([{ id: 20, parent: 1, createdBy: "main.main" }]);
    await tick();
    expect(ids()).toEqual(["A", "B"]);
    expect(after).toBe(true);
    expect(ancestors("A")?.ancestors?.map(({ id }) => id)).toEqual([20, 1]);
    expect(ancestors("A")).not.toHaveProperty("ancestorsNote");
  });

  test("who has ended is told, and not looked for again", async () => {
    const { box, looks, ids, ancestors } = outbox();
    const one = state();
    box.event(event("A", 31, 20), one);
    looks[0]!.fail();
    await tick();
    box.event(event("B", 31, 20), one);
    expect(ids()).toEqual(["A", "B"]);
    expect(looks).toHaveLength(1);
    expect(ancestors("B")).toMatchObject({
      ancestors: [{ id: 20, createdBy: null }],
      ancestorsNote: "goroutine 20 had ended when it was looked for",
    });
  });

  test("who may have been overlooked is looked for again", async () => {
    const { box, looks, ids, ancestors } = outbox();
    box.event(event("A", 31, 20), state());
    looks[0]!.answer([], false);
    await vi.waitFor(() => expect(looks).toHaveLength(2));
    expect(ids()).toEqual([]);
    looks[1]!.answer([{ id: 20, parent: 1, createdBy: "main.main" }]);
    await tick();
    expect(ancestors("A")?.ancestors?.map(({ id }) => id)).toEqual([20, 1]);
  });

  test("where it can't be read, nobody is said to have ended", async () => {
    const { box, looks, ancestors } = outbox();
    box.event(event("A", 31, 20), state());
    looks[0]!.fail("privilege");
    await tick();
    expect(ancestors("A")?.ancestorsNote).toBe("goroutine 20 was not found");
  });

  test("a process whose goroutines can't be found is not looked at again", async () => {
    const { box, looks, ids, ancestors } = outbox();
    const one = state();
    box.event(event("A", 31, 20), one);
    looks[0]!.answer(null);
    await tick();
    box.event(event("B", 32, 21), one);
    expect(ids()).toEqual(["A", "B"]);
    expect(looks).toHaveLength(1);
    expect(ancestors("B")?.ancestorsNote).toBe("goroutine 21 was not found");
  });

  test("closing tells all that waits", () => {
    const { box, ids } = outbox();
    box.event(event("A", 31, 20), state());
    box.close();
    expect(ids()).toEqual(["A"]);
  });
});
