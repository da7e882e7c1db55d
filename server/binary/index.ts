export { buildErrorMap } from "./error-map.ts";
export { errorTypesOf, hasErrorMethod } from "./error-types.ts";
export { type FieldReader, type FieldText, type RenderedMessage, renderMessage } from "./message/index.ts";
export * from "./model.ts";
export { readGoBinary } from "./read.ts";
