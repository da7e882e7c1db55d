export { FilterBox } from "./filter-box.tsx";
export { compileFilter, type Filter, type Searchable } from "./query.ts";
export { headOf, searchableEvent, searchableGroup, searchableNode } from "./searchable.ts";
