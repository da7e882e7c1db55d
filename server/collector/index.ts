export { analyse } from "./analysis.ts";
export { Board } from "./board.ts";
export { Collector, type CollectorListener } from "./collector.ts";
export type { PlanOptions } from "./executables.ts";
export { LaunchError, type Launched, resolveProgram } from "./launch.ts";
export { exePath, isCandidate, looksLikeGo, type Selector } from "./processes.ts";
export { readExecutable } from "./read-executable.ts";
export { readShared } from "./shared-file.ts";
export { whereabouts } from "./whereabouts.ts";
