/** The real programs that the end-to-end tests trace; tests/scripts/fetch.ts brings them beforehand. */
import { debian } from "./debian.ts";
import { esbuild } from "./esbuild.ts";
import type { RealProgram } from "./model.ts";
import { nats } from "./nats.ts";
import { fromNpm } from "./npm.ts";

export const programs: readonly RealProgram[] = [...esbuild, ...fromNpm, ...nats, ...debian];
export type { RealCase, RealError, RealProgram } from "./model.ts";
