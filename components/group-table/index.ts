export { GroupTable } from "./group-table.tsx";
export { type GroupList, isOwn, type ListOptions, listGroups, splitTemplate } from "./list.ts";
export { newestOccurrence, useGroups } from "./use-groups.ts";
