/** Parts of a message that lie behind a pointer field of the object. Pure. */
import type { MessagePart } from "../model.ts";
import { pointerOf } from "./layout.ts";

/** The parts of these parts too, each once. */
export function* everyPart(parts: readonly MessagePart[]): Generator<MessagePart> {
  for (const part of parts) {
    yield part;
    if (part.kind === "quoted" || part.kind === "trimmed") yield* everyPart(part.parts);
    if (part.kind === "switch") yield* everyPart(part.fallback);
    if (part.kind === "if" || part.kind === "ifText") {
      yield* everyPart(part.yes);
      yield* everyPart(part.no);
    }
  }
}

/** Parts with offsets as `behind` of layout.ts makes them, as the model has them. */
export function withPointers(parts: readonly MessagePart[]): MessagePart[] {
  return parts.map((part): MessagePart => {
    const at = "offset" in part ? pointerOf(part.offset) : null;
    const placed = at ? { ...part, offset: at.offset, behind: at.pointer } : part;
    switch (placed.kind) {
      case "quoted":
      case "trimmed":
        return { ...placed, parts: withPointers(placed.parts) };
      case "switch":
        return { ...placed, fallback: withPointers(placed.fallback) };
      case "if":
      case "ifText":
        return { ...placed, yes: withPointers(placed.yes), no: withPointers(placed.no) };
      default:
        return placed;
    }
  });
}
