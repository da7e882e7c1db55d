export { Targets } from "./targets.tsx";
