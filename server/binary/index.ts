export { buildErrorMap } from "./error-map.ts";
export { errorTypesOf } from "./error-types.ts";
export * from "./model.ts";
export { readGoBinary } from "./read.ts";
