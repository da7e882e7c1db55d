/** Panics, and the ends of goroutines and programs, as events. */
import type { Event, Frame, PanicEvent, Trap } from "../events/index.ts";
import { fatalText } from "./endings.ts";
import type { Hit } from "./hit.ts";
import { panicValue } from "./panics.ts";
import type { ProcessState } from "./process-state.ts";
import type { RawEvent } from "./raw-event.ts";
import { exitFrame, fatalFrame, panicFrame, siteRef } from "./stack.ts";
import { droppedPanic } from "./swallowed.ts";
import { trapsOf } from "./traps.ts";

export function recoverEvents({ raw, executable, process, common, now }: Hit): Event[] {
  const { stack } = common;
  const { panics } = process;
  const { function: name } = panicFrame(stack);
  const traps: Trap[] = name === "fmt.(*pp).catchPanic" ? ["error-method-panicked"] : [];
  const panic = panics.recovered(raw);
  const swallowed = droppedPanic(raw, executable);
  if (swallowed) traps.push("panic-dropped");
  return now({
    ...common,
    kind: "recover",
    site: siteRef(panicFrame(stack), "recover"),
    panic,
    ...(swallowed ? { swallowed } : {}),
    ...(traps.length > 0 ? { traps } : {}),
  });
}

export function panicEvents({ raw, executable, process, common, tree, now }: Hit): Event[] {
  const { stack } = common;
  const { panics, endings, calls } = process;
  const value = panicValue(raw, executable, () => tree(null)?.root ?? null);
  // The innermost frame is its own.
  const below = stack.slice(1).filter((frame) => frame.function === "runtime.gopanic").length;
  const links = panics.began(raw, common.id, value, below);
  const kernel = "error" in value ? calls.behind(raw, value.error, false, executable.symbols) : null;
  const traps = "error" in value ? trapsOf(value.error) : [];
  if ("error" in value) endings.seen(raw.goroutine, value.error.id, "init" in common);
  const fault = faultBehind(raw, stack, process);
  return now({
    ...common,
    kind: "panic",
    site: siteRef(panicFrame(stack), "panic"),
    value,
    ...links,
    ...(fault ? { fault } : {}),
    ...(kernel ? { kernel } : {}),
    ...(traps.length > 0 ? { traps } : {}),
  });
}

export function fatalEvents({ raw, site, executable, process, common }: Hit): Event[] {
  const { stack } = common;
  const { mentions, panics, endings } = process;
  const panicking = site.words === "plain" ? panics.current(raw.goroutine) : [];
  const panic = panicking.at(-1)?.id;
  const at = siteRef(fatalFrame(stack), "fatal");
  if (site.words === "plain") endings.dies(panicking, common.goroutine, at, stack);
  const text = fatalText(raw, panicking, executable.readOnly(raw.bias));
  // Nothing comes after it on any goroutine.
  const told = mentions.takeBefore(Number.POSITIVE_INFINITY);
  const fault = panic ? undefined : faultBehind(raw, stack, process);
  return [
    ...told,
    {
      ...common,
      kind: "fatal",
      site: at,
      text,
      ...(panic ? { panic } : {}),
      ...(fault ? { fault } : {}),
    },
  ];
}

export function goexitEvents({ common, now }: Hit): Event[] {
  const { stack } = common;
  return now({ ...common, kind: "goexit", site: siteRef(panicFrame(stack), "goexit") });
}

/** The process ends: what it ended with is told when it has. */
export function exitEvents({ raw, process, common }: Hit): Event[] {
  const { stack } = common;
  const { mentions, endings } = process;
  endings.exits(raw, common.goroutine, siteRef(exitFrame(stack), "exit"), stack);
  return mentions.take(raw.goroutine);
}

/**
 * The signal that the runtime made this panic or fatal error of, on the same thread: sigpanic called what ended in gopanic, or
 * the signal's handler throws. What is below another panic belongs to that one.
 */
function faultBehind(raw: RawEvent, stack: readonly Frame[], { signals }: ProcessState): PanicEvent["fault"] {
  const names = stack.map((frame) => frame.function);
  const another = names.indexOf("runtime.gopanic", 1);
  const own = another < 0 ? names : names.slice(0, another);
  const handled = own.includes("runtime.sigpanic") || own.includes("runtime.sighandler");
  return handled ? signals.takeFault(raw.thread, raw.mono) : undefined;
}
