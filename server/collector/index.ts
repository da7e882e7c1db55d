export { analyse, readShared } from "./analysis.ts";
export { Board } from "./board.ts";
export { Collector, type CollectorListener } from "./collector.ts";
export type { PlanOptions } from "./executables.ts";
export { LaunchError, type Launched, resolveProgram } from "./launch.ts";
export { exePath, isCandidate, looksLikeGo, type Selector } from "./processes.ts";
