import type { Event, OccurrenceEvent } from "../../server/events/index.ts";
import { headOf } from "../filter/index.ts";
import { packageOf, shortFunction } from "../format/index.ts";
import { foldRecursion } from "../stack/index.ts";

/** What a box of the flame graph stands for. */
export interface FlameName {
  kind: "all" | "frame" | "error";
  /** Function as Go names it, or the error's type. */
  full: string;
  /** Without the directories of its import path. */
  label: string;
  /** Import path; empty for errors. */
  package: string;
  /** Group of an error, where known. */
  group: string | null;
}

/** One event's way through the graph: ids of names from the outermost function in, each with the number of times that it
 * was repeated (recursion, folded for display only). */
export interface FlamePath {
  names: number[];
  repeats: number[];
}

/** Names as small numbers, and each event's path worked out once. Lives as long as its view. */
export class FlameNames {
  readonly list: FlameName[] = [{ kind: "all", full: "all", label: "all", package: "", group: null }];
  #ids = new Map<string, number>();
  #paths = new WeakMap<Event, FlamePath>();

  /** The functions of an event's stack, outermost first. */
  pathOf(event: OccurrenceEvent): FlamePath {
    const known = this.#paths.get(event);
    if (known) return known;
    // runtime.goexit is below every goroutine (asm_amd64.s) and tells nothing.
    const frames = event.stack.filter((f) => f.function !== "runtime.goexit").reverse();
    const path: FlamePath = { names: [], repeats: [] };
    const runs = foldRecursion(frames.length, (a, b) => frames[a]!.function === frames[b]!.function);
    for (const { start, period, times } of runs) {
      for (let i = start; i < start + period; i++) {
        path.names.push(this.#frame(frames[i]!.function));
        path.repeats.push(times);
      }
    }
    this.#paths.set(event, path);
    return path;
  }

  /** What a stack ends in: the error's type, apart for each group. */
  errorOf(event: OccurrenceEvent, group: string | null): number {
    const full =
      event.kind === "recover" || event.kind === "goexit" || event.kind === "goroutine"
        ? event.kind
        : headOf(event).type;
    const key = `e ${group ?? ""} ${full}`;
    return this.#intern(key, () => ({ kind: "error", full, label: shortFunction(full), package: "", group }));
  }

  #frame(full: string): number {
    return this.#intern(`f ${full}`, () => ({
      kind: "frame",
      full,
      label: shortFunction(full),
      package: packageOf(full),
      group: null,
    }));
  }

  #intern(key: string, make: () => FlameName): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.list.length);
    return this.list.push(make()) - 1;
  }
}
