export { Assembler, type RawProcess, type RawRecord } from "./assemble.ts";
export { certificateOf, certificateText, refusedCertificate } from "./certificate.ts";
export { readClocks, rfc3339, settleClocks, WallClock } from "./clock.ts";
export { type Clocks, decodeEvent, Executable, ProcessState } from "./event.ts";
export { errorIds, IdentityTable } from "./identity.ts";
export { defaultRateLimit, planOf, type RateLimit } from "./plan.ts";
export type { RawEvent } from "./raw-event.ts";
export { signalName, waitStatus } from "./signal.ts";
export { UlidSource } from "./ulid.ts";
