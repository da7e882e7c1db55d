export { type MessageSubject, Messages, messageOf } from "./message.ts";
export { type FieldReader, type RenderedMessage, renderMessage } from "./render.ts";
