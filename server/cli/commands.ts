import { attach } from "./attach.ts";
import type { Command } from "./command.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { inspect } from "./inspect.ts";
import { ps } from "./ps.ts";
import { run } from "./run.ts";
import { serve } from "./serve.ts";

/** In the order in which help lists them. */
export const commands: Record<string, Command> = { run, attach, ps, inspect, serve, demo, doctor };
