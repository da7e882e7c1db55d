export { ACTIONS, type Action, type ActionId, actionOf, SECTIONS, tooltip } from "./table.ts";
export { runAction, useActions, useKeys } from "./use-actions.ts";
