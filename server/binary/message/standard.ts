import type { GoBinary, MessagePart } from "../model.ts";
import type { MessageSubject } from "./message.ts";
export function standardMessage(_type: MessageSubject, _binary: GoBinary): MessagePart[] | null {
  return null;
}
