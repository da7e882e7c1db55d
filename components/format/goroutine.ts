import type { GoroutineEvent, GoroutineRef } from "../../server/events/index.ts";
import { formatNanoseconds } from "./time.ts";

/** What a goroutine with errors in flight did. */
export function goroutineWords({ state, reason, waitNs, starts }: GoroutineEvent): string {
  if (state === "suspended") return `it waits: ${reason ?? "why is not determined"}`;
  if (state === "resumed")
    return `it went on${waitNs === undefined ? "" : ` after ${formatNanoseconds(waitNs)}`}: ${reason ?? "it waited"}`;
  return state === "started" ? `it started ${starts ?? "another goroutine"}` : "it ended";
}

/** The functions that started a goroutine and its ancestors, each with the goroutine that it ran on, up to the root. */
export function ancestryWords({ createdBy, parent, ancestors = [] }: GoroutineRef): string[] {
  const creators = [createdBy, ...ancestors.map((ancestor) => ancestor.createdBy)];
  const ranOn = ancestors.length > 0 ? ancestors.map(({ id }) => id) : [parent];
  return creators.flatMap((name, i) => {
    if (name === null) return [];
    return [ranOn[i] ? `${name} in goroutine ${ranOn[i]}` : name];
  });
}
