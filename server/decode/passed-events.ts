/** Errors that are given on: to package fmt, to an errgroup.Group, by a cancelled context. */
import type { ErrorEvent, Event } from "../events/index.ts";
import { type Hit, siteOf } from "./hit.ts";
import { mentionFrame, siteFrame } from "./stack.ts";
import { passesUp } from "./swallowed.ts";
import { trapsOf } from "./traps.ts";

export function cancelledEvents({ raw, executable, process, tree }: Hit): Event[] {
  const error = tree(null)?.root;
  if (error) process.contexts.cancelled(raw, error, executable);
  return [];
}

export function causeEvents({ raw, executable, process, common, tree, now }: Hit): Event[] {
  const cause = tree(null)?.root;
  const asked = cause && process.contexts.caused(raw, cause, executable.symbols);
  if (!asked) return [];
  const { above } = asked.caller;
  const address = raw.frames[raw.frames.length - above.length - 1];
  if (address === undefined || !passesUp(raw, address, above, executable)) return [];
  const own = executable.symbols.above(raw, above.length + 1);
  return now({
    ...common,
    kind: "error",
    stack: own,
    ...siteOf(siteFrame(own), "return"),
    error: asked.error,
    made: false,
    traps: trapsOf(asked.error),
  });
}

export function groupedEvents({ raw, process, common, tree }: Hit): Event[] {
  const { stack } = common;
  const decoded = tree(null);
  // not in what is inlined of sync.Once
  const own = stack.slice(stack.findIndex((frame) => !frame.inlined));
  if (decoded)
    process.groups.given(raw.goroutine, {
      ...common,
      kind: "error",
      stack: own,
      ...siteOf(siteFrame(own), "return"),
      error: decoded.root,
      made: false,
    });
  return [];
}

export function keptEvents({ raw, process, tree, now }: Hit): Event[] {
  const kept = tree(null)?.root;
  const dropped = kept && process.groups.keeps(raw.goroutine, kept);
  return dropped ? now(dropped) : [];
}

export function mentionEvents({ raw, executable, process, common, tree }: Hit): Event[] {
  const { stack } = common;
  const { mentions, endings, calls } = process;
  const decoded = tree(null);
  if (!decoded) return [];
  const error = decoded.root;
  process.contexts.link(raw, error, { made: false, passed: false }, executable);
  const traps = trapsOf(error);
  const kernel = calls.behind(raw, error, false, executable.symbols);
  const event: ErrorEvent = {
    ...common,
    kind: "error",
    ...siteOf(mentionFrame(stack), "mention"),
    error,
    made: false,
    ...(kernel ? { kernel } : {}),
    ...(traps.length > 0 ? { traps } : {}),
  };
  endings.mentioned(raw.goroutine, error.id, "init" in common);
  return mentions.keep(raw, event, executable.symbols);
}
