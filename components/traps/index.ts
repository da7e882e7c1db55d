export { TrapTags } from "./trap-tags.tsx";
export { TRAPS } from "./traps.ts";
