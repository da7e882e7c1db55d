export { type MessageSubject, Messages, messageOf } from "./message.ts";
export { type FieldReader, type FieldText, type RenderedMessage, renderMessage } from "./render.ts";
