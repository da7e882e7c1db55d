import { expect, test } from "vitest";
import type { ErrorValue } from "../events/index.ts";
import { ContextCauses } from "./context-causes.ts";
import type { RawEvent } from "./raw-event.ts";
import type { Symbolizer } from "./stack.ts";

/** Functions by the hundreds of their addresses. */
const NAMES = [
  "context.(*cancelCtx).Err",
  "main.ask",
  "main.work",
  "main.main",
  "fmt.Errorf",
  "context.Cause",
];
const symbols = {
  functionIndex: (pc: number) => ({ index: Math.floor(pc / 100), name: NAMES[Math.floor(pc / 100)]! }),
  isIn: (index: number, path: string) => NAMES[index]!.startsWith(`${path}.`),
} as Symbolizer;
/** In the function of the first address, called from behind the others. */
const at = (...[ip, ...frames]: number[]): RawEvent =>
  ({
    ip: BigInt(ip!),
    bias: 0n,
    frames: frames.map(BigInt),
    goroutine: 1n,
    goroutineKnown: true,
  }) as RawEvent;
const value = (id: string, ...unwrapped: ErrorValue[]): ErrorValue =>
  ({ id, causes: unwrapped.map((error) => ({ via: "unwrap", error })) }) as unknown as ErrorValue;

const [ERR, ASK, WORK, MAIN, ERRORF, CAUSE] = [0, 1, 2, 3, 4, 5].map((n) => n * 100 + 10) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const asked = at(ERR, ASK, WORK, MAIN);

/** What an error wrapping the cancelled context's is linked to, where it is made; after the context was asked. */
function linked(
  made: RawEvent,
  wrap = value("wrap", value("cancelled")),
  ask = asked,
  cause = "cause",
): string[] {
  const contexts = new ContextCauses();
  const binary = { symbols, fates: { can: true, behind: () => null } };
  contexts.cancelled(ask, value("cancelled"), binary);
  contexts.caused(ask, value(cause), symbols);
  contexts.link(made, wrap, { made: true, passed: false }, binary);
  return wrap.causes.flatMap(({ via, error }) => (via === "context" ? [error.id] : []));
}

test("the call that asked, or one that called it, makes an error of it", () => {
  expect(linked(at(ERRORF, ASK + 5, WORK, MAIN))).toEqual(["cause"]);
  expect(linked(at(ERRORF, WORK + 5, MAIN))).toEqual(["cause"]);
  expect(linked(at(WORK + 5, MAIN))).toEqual(["cause"]);
});

test("another call, an error that carries the cause, and a context without one", () => {
  expect(linked(at(ERRORF, ASK + 5, WORK + 5, MAIN))).toEqual([]);
  expect(linked(at(ERRORF, WORK + 5, MAIN + 5))).toEqual([]);
  expect(linked(at(ERRORF, ASK + 5, WORK, MAIN), value("wrap", value("cancelled"), value("cause")))).toEqual(
    [],
  );
  expect(linked(at(ERRORF, ASK + 5, WORK, MAIN), value("wrap", value("other")))).toEqual([]);
  expect(linked(at(ERRORF, ASK + 5, WORK, MAIN), undefined, asked, "cancelled")).toEqual([]);
});

test("context.Cause asks for itself", () => {
  expect(linked(at(ERRORF, ASK + 5, WORK, MAIN), undefined, at(ERR, CAUSE, ASK, WORK, MAIN))).toEqual([]);
});
