import type { Trap } from "../../server/events/index.ts";
import { Tag } from "../ui/index.ts";
import { TRAPS } from "./traps.ts";

/** What catches people who program in Go, as short words that explain themselves on hover. */
export function TrapTags({ traps }: { traps: readonly Trap[] | undefined }) {
  return traps?.map((trap) => (
    <Tag key={trap} tone="warn" title={TRAPS[trap].meaning}>
      {TRAPS[trap].name}
    </Tag>
  ));
}
