/** Errors that are made, used again, or passed up, as events. */
import type { ErrorValue, Event, KernelFact, SiteOp } from "../events/index.ts";
import type { Executable } from "./executable.ts";
import { type Hit, siteOf } from "./hit.ts";
import type { ProcessState } from "./process-state.ts";
import type { RawEvent } from "./raw-event.ts";
import { siteFrame } from "./stack.ts";
import { swallowedBy } from "./swallowed.ts";
import { explain, isDeadline, isStoppedRead, threadTimes } from "./thread-times.ts";
import { trapsOf } from "./traps.ts";

/** @param op of the site, which is one where errors are made or seen. @param index of the site. */
export function errorEvents(
  { raw, site, executable, process, common, tree }: Hit,
  op: SiteOp,
  index: number,
): Event[] {
  const { stack } = common;
  const { mentions, endings, calls } = process;
  const isUse = site.op === "sentinel" || holdsStatic(raw, executable);
  const isHop = site.op === "return";
  const decoded = tree(isUse || site.shared ? null : index);
  if (!decoded) return [];
  const error = decoded.root;
  // what is passed on was made before, seen or not
  const first = decoded.first && !isUse && !isHop;
  const isFormatted = first && !hasConstantText(raw, executable);
  const told = isFormatted ? mentions.absorb(raw, error, executable.symbols) : mentions.take(raw.goroutine);
  endings.seen(raw.goroutine, error.id, "init" in common);
  process.contexts.link(raw, error, { made: first, passed: isHop }, executable);
  const traps = trapsOf(error);
  const swallowed = swallowedBy(raw, site, executable);
  if (swallowed) traps.push("swallowed");
  const call = calls.behind(raw, error, first, executable.symbols);
  const kernel = first ? kernelFact(raw, error, call, common, process) : call;
  return [
    ...told,
    {
      ...common,
      kind: "error",
      ...siteOf(
        siteFrame(stack),
        isUse && !isHop ? "sentinel" : first ? opOf(op, raw, error, executable) : "return",
      ),
      error,
      made: first,
      ...(swallowed ? { swallowed } : {}),
      ...(kernel ? { kernel } : {}),
      ...(traps.length > 0 ? { traps } : {}),
    },
  ];
}

/**
 * The error is an object in the executable's image: a package-level one that is used again. (An object without size is no
 * such: all of them are at one address there, runtime.zerobase.)
 */
function holdsStatic(raw: RawEvent, executable: Executable): boolean {
  const root = raw.nodes[0];
  const type = root && executable.names.errorType(Number(root.type - raw.bias));
  if (!type?.pointer || type.size === 0 || raw.word1 === 0n) return false;
  return executable.map.binary.image.mapped(Number(raw.word1 - raw.bias));
}

/** All texts that the error holds are in the executable's image, as the source has them: package fmt made none of them. */
function hasConstantText(raw: RawEvent, executable: Executable): boolean {
  const { image } = executable.map.binary;
  const texts = raw.nodes[0]?.strings.filter(({ length }) => length > 0) ?? [];
  return texts.length > 0 && texts.every(({ pointer }) => image.mapped(Number(pointer - raw.bias)));
}

/** A value made with causes is a wrap, or a join when it has a list of them, whatever its type. */
function opOf(op: SiteOp, raw: RawEvent, root: ErrorValue, executable: Executable): SiteOp {
  if (root.typedNil) return "convert";
  if (op !== "new" && op !== "convert") return op;
  if (!root.causes.some((cause) => cause.via === "unwrap")) return op;
  const type = executable.names.errorType(Number((raw.nodes[0]?.type ?? 0n) - raw.bias));
  return type?.unwrap.kind === "errors" ? "join" : "wrap";
}

/** What the kernel knows of an error's making. The times of the thread only where there is something to say. */
function kernelFact(
  raw: RawEvent,
  error: ErrorValue,
  call: KernelFact | null,
  { goroutine, stack }: Pick<Hit["common"], "goroutine" | "stack">,
  process: ProcessState,
): KernelFact | null {
  const times = threadTimes(raw, process.throttling);
  const gc = times?.windowNs ? process.gc.before(raw.mono, times.windowNs) : null;
  const isMissed = isDeadline(error) && !isStoppedRead(stack);
  const explanation = isMissed ? explain(times, goroutine?.lastWait, gc) : null;
  if (!call && !explanation) return null;
  const none = { syscall: null, errno: null, agoNs: null, runqueueDelayNs: null, softirqNs: null };
  return { ...none, ...call, ...times, ...(gc ? { gc } : {}), ...(explanation ? { explanation } : {}) };
}
