import { describe, expect, it } from "vitest";
import type {
  ErrorEvent,
  ExitEvent,
  GoroutineEvent,
  OccurrenceEvent,
  PanicEvent,
} from "../../server/events/index.ts";
import { LiveModel } from "../live/index.ts";
import { errorEvent, errorValue, frame, PROCESS, state, unwrap } from "../testing/events.ts";
import { whatBecame } from "./became.ts";
import { mentionOf } from "./mention.ts";

const site = (op: OccurrenceEvent["site"]["op"], name = "main.run") => ({
  ...errorEvent("x").site,
  op,
  function: name,
});
const on = (goroutine: number) => ({ goroutine: { id: goroutine, parent: 1, createdBy: null } });
const panic = (id: string, error = errorValue("e1"), part: Partial<PanicEvent> = {}): PanicEvent => {
  const { error: _, made: __, ...base } = errorEvent(id);
  return { ...base, kind: "panic", site: site("panic"), value: { error }, ...part };
};
const ending = (kind: "recover" | "fatal", id: string, of: string): OccurrenceEvent => {
  const { value: _, ...base } = panic(id);
  if (kind === "fatal") return { ...base, kind, site: site("fatal"), text: "panic: x", panic: of };
  return { ...base, kind, site: site("recover"), panic: of };
};
const exit = (id: string, part: Partial<ExitEvent> = {}): ExitEvent => ({
  v: 1,
  id,
  kind: "exit",
  time: "2026-11-25T02:15:36Z",
  mono: 9,
  process: PROCESS,
  thread: 71,
  code: 1,
  signal: null,
  inFlight: ["e1"],
  site: site("exit", "main.main"),
  ...part,
});
const mention = (id: string, functions: string[], part: Partial<ErrorEvent> = {}) =>
  errorEvent(id, {
    error: errorValue("e1"),
    made: false,
    site: site("mention"),
    stack: functions.map((name, i) => frame(name, i + 1)),
    ...part,
  });

/** What is told of the first event when all are known: words, ids and functions. */
function told(...events: [OccurrenceEvent, ...(OccurrenceEvent | ExitEvent)[]]) {
  const model = new LiveModel();
  const hello = { type: "hello", v: 1, version: "0", serverTime: "2026-11-25T02:15:35Z", seq: 0 } as const;
  model.apply({ ...hello, state: state({ events }) }, 0, 0);
  const { facts, elsewhere } = whatBecame(model, events[0]);
  return { facts: facts.map((f) => `${f.how} ${f.event.id}${f.bad ? "!" : ""}`), elsewhere };
}

describe("what became of an error", () => {
  const e1 = errorValue("e1");
  const made = errorEvent("1", { error: e1 });
  it("was passed on, itself and in what holds it, and is still one story", () => {
    const hop = (id: string, error = e1) => errorEvent(id, { site: site("return"), error, made: false });
    const outer = errorValue("e2", { causes: [{ via: "unwrap", error: e1 }] });
    expect(
      told(made, hop("2"), hop("3"), errorEvent("4", { site: site("wrap"), error: outer }), hop("5", outer)),
    ).toEqual({
      facts: ["went on 2", "went on 3", "wrapped 4", "went on 5"],
      elsewhere: 0,
    });
  });

  it("was wrapped, held, mentioned, logged, and ended the program", () => {
    const outer = (id: string, via: "unwrap" | "field" | "mention", op: "wrap" | "join" = "wrap") =>
      errorEvent(id, { site: site(op), error: errorValue(`e-${id}`, { causes: [{ via, error: e1 }] }) });
    const later = mention("6a", ["fmt.Fprintln", "main.f"], { error: outer("2", "unwrap").error });
    const log = mention("6", ["fmt.Sprint", "log.Fatal", "main.main"]);
    expect(
      told(
        made,
        outer("2", "unwrap"),
        outer("3", "unwrap", "join"),
        outer("4", "field"),
        outer("5", "mention"),
        log,
        later,
        exit("7"),
        exit("8", { process: { ...PROCESS, pid: 72 } }),
      ),
    ).toEqual({
      facts: ["wrapped 2", "joined 3", "held 4", "quoted 5", "logged 6", "written 6a", "exit status 1 7!"],
      elsewhere: 0,
    });
  });

  it("was in flight while its goroutine waited, started others and ended", () => {
    const life = (id: string, part: Partial<GoroutineEvent>): GoroutineEvent => {
      const { error: _, made: __, ...base } = errorEvent(id);
      return { ...base, kind: "goroutine", site: site("park"), state: "ended", inFlight: ["e1"], ...part };
    };
    const reason = "chan receive";
    const first = life("2", { state: "suspended", reason });
    const over = life("3", { state: "resumed", reason, waitNs: 30e6 });
    const started = life("4", { state: "started", starts: "main.f" });
    const again = life("5", { state: "suspended", reason: "select" });
    expect(told(made, first, over, started, again).facts).toEqual([
      "waited 30 ms: chan receive 3",
      "started a goroutine 4",
      "waits: select 5",
    ]);
    expect(told(made, life("6", {})).facts).toEqual(["goroutine ended 6!"]);
    const log = mention("7", ["fmt.Sprint", "log.Fatal", "main.main"]);
    expect(told(made, life("6", {}), log).facts).toEqual(["goroutine ended 6", "logged 7"]);
  });

  it("an error that a group keeps is no bad news, one that it drops is", () => {
    const first = errorEvent("1", { error: errorValue("e1") });
    const second = errorEvent("2", { error: errorValue("e2"), ...on(35) });
    const drops = (id: string, error: string): ErrorEvent =>
      errorEvent(id, {
        error: errorValue(error),
        made: false,
        site: site("return", "errgroup.(*Group).Go.func1"),
        kept: { id: "e1", type: "*errors.errorString", message: "message of e1" },
        ...on(35),
      });
    const ended: GoroutineEvent = {
      ...ending("recover", "5", ""),
      kind: "goroutine",
      state: "ended",
      inFlight: ["e1"],
      stack: [],
      ...on(34),
    };
    expect(told(first, second, drops("3", "e2"), drops("4", "e3"), ended).facts).toEqual([
      "kept 3",
      "goroutine ended 5",
    ]);
    expect(told(second, first, drops("3", "e2")).facts).toEqual(["dropped 3!"]);
  });

  it("of a value that the program shares, tells only its own goroutine's story until the next use", () => {
    const use = (id: string, goroutine: number) =>
      errorEvent(id, { error: e1, made: false, site: site("sentinel"), ...on(goroutine) });
    const wrap = (id: string, goroutine: number) =>
      errorEvent(id, {
        error: errorValue(`w${id}`, { causes: [unwrap(e1)] }),
        site: site("wrap"),
        ...on(goroutine),
      });
    const all = [wrap("3", 7), use("4", 8), wrap("5", 8), use("6", 7), wrap("7", 7)];
    expect(told(use("2", 7), ...all)).toEqual({ facts: ["wrapped 3"], elsewhere: 4 });
    // Asked of what came later, the use that it came from is told too.
    expect(told(mention("8", ["fmt.Fprintln", "main.f"], on(7)), use("2", 7), ...all)).toEqual({
      facts: ["used 6", "wrapped 7"],
      elsewhere: 4,
    });
  });
});

describe("what became of a panic", () => {
  it("was recovered and thrown again, and then ended the program", () => {
    const first = panic("2");
    const again = panic("4", undefined, { again: "2" });
    const rest = [ending("recover", "3", "2"), ending("fatal", "5", "4"), exit("6", { code: 2 })];
    const made = errorEvent("1", { error: errorValue("e1") });
    expect(told(first, again, made, ...rest).facts).toEqual([
      "made 1",
      "recovered 3",
      "thrown again 4",
      "exit status 2 6!",
    ]);
    expect(told(again, first, made, ...rest).facts).toEqual([
      "made 1",
      "thrown again 2",
      "ended the program 5!",
      "exit status 2 6!",
    ]);
  });
  it("began during another", () => {
    const first = panic("1", errorValue("e9"));
    const second = panic("2", errorValue("e1"), { during: "1" });
    expect(told(second, first).facts).toEqual(["began during 1"]);
    expect(told(first, second).facts).toEqual(["another panic 2"]);
  });
  it("is not told as the next panic of the same static value on a goroutine that goes on", () => {
    const carried = errorEvent("2", { error: errorValue("w", { causes: [unwrap(errorValue("e1"))] }) });
    expect(told(panic("1"), carried, panic("3"), panic("4"))).toEqual({ facts: ["wrapped 2"], elsewhere: 2 });
  });
});

describe("mentionOf", () => {
  it.each([
    ["written", "main.main", ["fmt.(*pp).handleMethods", "fmt.Fprintln", "main.main"]],
    ["formatted", "main.main", ["fmt.(*pp).handleMethods", "fmt.Sprintf", "main.main"]],
    ["formatted", "main.main", ["fmt.(*pp).handleMethods", "fmt.Errorf", "main.main"]],
    [
      "logged",
      "main.serve",
      ["fmt.Appendf", "main.serve.(*Logger).Printf.func1", "log.(*Logger).Printf", "main.serve"],
    ],
    [
      "logged",
      "main.serve",
      ["fmt.Sprintf", "log/slog.appendTextValue", "log/slog.(*Logger).Error", "main.serve"],
    ],
    [
      "part of a text",
      "net/url.(*Error).Error",
      ["fmt.Sprintf", "net/url.(*Error).Error", "log.Print", "main.main"],
    ],
    ["formatted", "example.com/log.Log", ["fmt.Sprint", "example.com/log.Log", "main.main"]],
  ] as const)("%s by %s", (how, at, functions) => {
    const { at: frame, ...rest } = mentionOf(mention("1", [...functions]));
    expect([rest.how, frame?.function]).toEqual([how, at]);
  });
});
