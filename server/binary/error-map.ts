import { calleesOf } from "./callees.ts";
import { type Callees, decoderFor } from "./code/index.ts";
import { deriveAllgs } from "./derive-allgs.ts";
import { deriveRuntimeFacts } from "./derive-g.ts";
import { derivePark } from "./derive-park.ts";
import { errorTypesOf } from "./error-types.ts";
import { Messages, type UsesFound } from "./message/index.ts";
import type { Derivation, ErrorMap, ErrorType, GoBinary, RuntimeFacts } from "./model.ts";
import { planSites } from "./sites.ts";
import { Unwraps } from "./unwrap.ts";

/**
 * All that capture needs of one executable: its error types with their causes and messages, the probes, and the facts of
 * its runtime. What couldn't be determined is in the lists with its reason. `ms` is the time this call took.
 */
export function buildErrorMap(binary: GoBinary): ErrorMap {
  const started = performance.now();
  const callees = calleesOf(binary);
  const { errorTypes, facts, derivations } = describeErrors(binary, callees);
  const plan = planSites(binary, callees);
  return { binary, errorTypes, plan, facts, derivations, ms: performance.now() - started };
}

/** The part of an error map that isn't the plan. */
export type ErrorDescription = Pick<ErrorMap, "errorTypes" | "facts" | "derivations">;

/**
 * Error types with what their methods do, and the facts of the runtime.
 * @param found what another thread found of the variables' uses, if it has by then.
 */
export function describeErrors(
  binary: GoBinary,
  callees = calleesOf(binary),
  found?: UsesFound,
): ErrorDescription {
  const errorTypes = typesWithMethods(binary, callees, found);
  const { facts, derivations } = runtimeFacts(binary, callees);
  return { errorTypes, facts, derivations: [...binary.derivations, ...derivations] };
}

function typesWithMethods(binary: GoBinary, callees: Callees, found?: UsesFound): ErrorType[] {
  const unwraps = new Unwraps(binary, callees);
  const messages = new Messages(binary, found);
  try {
    return errorTypesOf(binary).map((type) => ({
      ...type,
      unwrap: unwraps.of(type),
      message: messages.of(type),
    }));
  } finally {
    unwraps.free();
    messages.free();
  }
}

function runtimeFacts(
  binary: GoBinary,
  callees: Callees,
): { facts: RuntimeFacts; derivations: Derivation[] } {
  const disassembler = decoderFor(binary.arch);
  const decode = (name: string) => {
    const index = binary.functions.byName(name);
    if (index < 0) return null;
    const start = binary.functions.entry(index);
    const bytes = binary.image.bytes(start, binary.functions.end(index) - start);
    return bytes ? disassembler.decode(bytes, start) : null;
  };
  try {
    const { facts, derivations } = deriveRuntimeFacts(binary, decode, callees);
    const { park, derivation } = derivePark(binary, decode, facts.goid);
    const goroutines = deriveAllgs(decode);
    return {
      facts: { ...facts, park, allgs: goroutines.allgs },
      derivations: [...derivations, derivation, goroutines.derivation],
    };
  } finally {
    disassembler.free();
  }
}
