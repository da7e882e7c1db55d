import type { ProcessRef } from "../events/index.ts";
import { Ancestry } from "./ancestry.ts";
import { ContextCauses } from "./context-causes.ts";
import { Endings } from "./endings.ts";
import { ErrorGroups } from "./error-groups.ts";
import { FailedCalls } from "./failed-calls.ts";
import { GcTimes } from "./gc-times.ts";
import { Handovers } from "./handovers.ts";
import type { IdentityTable } from "./identity.ts";
import { InFlight } from "./in-flight.ts";
import { Mentions } from "./mentions.ts";
import { Panics } from "./panics.ts";
import { Signals } from "./signals.ts";
import { Throttling } from "./thread-times.ts";

/** One process, and what is remembered of it between events. */
export class ProcessState {
  readonly ref: ProcessRef;
  readonly identity: IdentityTable;
  readonly panics = new Panics();
  readonly mentions = new Mentions();
  readonly endings = new Endings();
  readonly calls = new FailedCalls();
  readonly throttling = new Throttling();
  readonly signals = new Signals();
  readonly gc = new GcTimes();
  readonly handovers = new Handovers();
  readonly inFlight = new InFlight();
  readonly ancestry = new Ancestry();
  /** Run time less static addresses, once an event told. */
  bias: bigint | null = null;
  readonly groups = new ErrorGroups();
  readonly contexts = new ContextCauses();

  constructor(ref: ProcessRef, identity: IdentityTable) {
    this.ref = ref;
    this.identity = identity;
  }
}
