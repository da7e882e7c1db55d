export { foldRecursion, type Run } from "./fold.ts";
export { Stack } from "./stack.tsx";
