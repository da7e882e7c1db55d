export type { UsesFound } from "./constants.ts";
export { type MessageSubject, Messages, messageOf } from "./message.ts";
export { everyPart } from "./pointees.ts";
export { type VariableUses, variableUses } from "./references.ts";
export { type FieldReader, type FieldText, type RenderedMessage, renderMessage } from "./render.ts";
