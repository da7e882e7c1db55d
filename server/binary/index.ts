export { calleesOf } from "./callees.ts";
export { buildErrorMap, describeErrors, type ErrorDescription } from "./error-map.ts";
export { errorTypesOf, hasErrorMethod } from "./error-types.ts";
export { type FieldReader, type FieldText, type RenderedMessage, renderMessage } from "./message/index.ts";
export * from "./model.ts";
export { type PackedSites, packSites, unpackSites } from "./packed-sites.ts";
export { readAgain, readGoBinary } from "./read.ts";
export { type PlanPart, SitePlanner, type SiteSearch } from "./site-planner.ts";
export { emptyPlan, wholePlan } from "./sites.ts";
