export { calleesOf } from "./callees.ts";
export { type ErrorSignatures, errorSignatures, type Inflate } from "./dwarf/index.ts";
export { codeRange, type Elf, PF_W, readElf } from "./elf.ts";
export { type ErrorFunction, functionsReturningError } from "./error-functions.ts";
export { buildErrorMap, describeErrors, type ErrorDescription } from "./error-map.ts";
export { errorTypesOf, hasErrorMethod } from "./error-types.ts";
export { CallFates, howOf, type Swallowed, surelyReturns, swallower } from "./fate/index.ts";
export { functionKinds, ownPackages, type Passes } from "./function-kinds.ts";
export { isConstructor, isPackageInit, packageOf } from "./function-name.ts";
export type { UnreadRange } from "./image.ts";
export { itabTypes } from "./itabs.ts";
export { LookAhead } from "./look-ahead.ts";
export {
  everyPart,
  type FieldReader,
  type FieldText,
  Messages,
  type RenderedMessage,
  renderMessage,
  type VariableUses,
} from "./message/index.ts";
export * from "./model.ts";
export { type PackedSites, packSites, unpackSites } from "./packed-sites.ts";
export { type ModulePlace, readAgain, readGoBinary } from "./read.ts";
export { type PlanAhead, type PlanPart, SitePlanner, type SiteSearch } from "./site-planner.ts";
export { planApart, togetherOf, wholePlan } from "./sites.ts";
