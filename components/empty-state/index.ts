export { Commands, EmptyState } from "./empty-state.tsx";
