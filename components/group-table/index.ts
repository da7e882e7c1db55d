export { GroupTable } from "./group-table.tsx";
export { type GroupList, type ListOptions, listGroups, splitTemplate } from "./list.ts";
export { newestOccurrence, useGroups } from "./use-groups.ts";
