import { allocation, type Body, type Consumer, isNew } from "./body.ts";
import { Follower } from "./follow.ts";
import { jointStores } from "./joint-stores.ts";
import {
  exclusivePlacement,
  machineAt,
  type Placement,
  type ProbeAt,
  type Reference,
  sharedPlacement,
  variablePlacement,
} from "./placement.ts";
import { seesSameError } from "./same-error.ts";
import { fromSentinel, isOnlyCompared } from "./sentinels.ts";

/** A reference that makes an error: its consumers and its probes; none where another reference's see the same error. */
export interface Made {
  reference: Reference;
  consumers: Consumer[];
  placements: Placed[];
}
export interface Placed extends Placement {
  /** Index of the consumer that it was placed for. */
  serves: number;
}

/** The references of one function. Type tests and other comparisons are in neither list. */
export interface FunctionSites {
  made: Made[];
  unresolved: { i: number; why: string }[];
  /** References whose errors are all seen. */
  resolved: number;
}

/** Follows every reference of one function and places the probes. */
export function placeReferences(
  body: Body,
  references: readonly Reference[],
  probeAt: ProbeAt,
): FunctionSites {
  let followed: Made[] = [];
  const vanishing = new Set<Made>();
  const unresolved: FunctionSites["unresolved"] = [];
  for (const reference of references) {
    const following = new Follower(body, reference.i, reference.typeOffset).run();
    const { consumers: found, dead, tested } = following;
    if (tested) continue;
    const { sentinel } = reference;
    const used = found.filter((consumer) => !isOnlyCompared(body, consumer));
    const consumers = sentinel === undefined ? used : fromSentinel(body, used, sentinel);
    if (consumers.length === 0 && found.length > 0) continue; // only compared with
    if (consumers.length > 0) {
      const one: Made = { reference, consumers, placements: [] };
      followed.push(one);
      if (following.vanishes) vanishing.add(one);
    } else unresolved.push({ i: reference.i, why: dead[0] ?? "loop" });
  }
  dropStaleResults(body, followed);
  // all its uses were stale: the register was filled for the sake of other paths
  followed = followed.filter((one) => one.consumers.length > 0 || !vanishing.has(one));
  const joint = placeJoint(body, references, followed, probeAt);
  // what merely still is in a register at a call is no use of it, once its use is known
  for (const one of joint.served) one.consumers = one.consumers.filter((consumer) => consumer.firm);
  const alone = followed.filter((one) => one.consumers.length > 0 || !joint.served.has(one));
  const taken = joint.made.flatMap((one) => one.placements.map((placement) => placement.i));
  for (const { reference, why } of placeAll(body, alone, probeAt, taken))
    unresolved.push({ i: reference.i, why });
  const made = [...alone.filter((one) => one.placements.length > 0), ...joint.made];
  dropRepeats(body, made);
  const served = [...joint.served].filter((one) => one.consumers.length === 0).length;
  return { made, unresolved, resolved: made.length - joint.made.length + served };
}

/**
 * Places the probes of stores that several references lead to, or that none was followed to because it was used up
 * before: the store itself stands for the reference. Takes these consumers from the references that had them.
 */
function placeJoint(
  body: Body,
  references: readonly Reference[],
  followed: readonly Made[],
  probeAt: ProbeAt,
): { made: Made[]; served: Set<Made> } {
  const made: Made[] = [];
  const served = new Set<Made>();
  const taken = new Set<number>();
  for (const store of jointStores(body, references)) {
    const ends = (consumer: Consumer) => consumer.kind === "store" && consumer.itab.i === store.i;
    const users = followed.filter((one) => one.consumers.some(ends));
    const [only] = users;
    if (users.length === 1 && store.references.size === 1 && store.references.has(only!.reference.i))
      continue;
    const model = references.find((one) => store.references.has(one.i))!;
    const reference: Reference = { ...model, i: store.i };
    const found = new Follower(body, store.i, reference.typeOffset, store.register).run();
    const consumer = found.consumers.find(ends);
    if (!consumer || found.consumers.length > 1) continue;
    if (users.length === 0 && !isAnother(body, store.references, consumer, followed)) continue;
    const placement = exclusivePlacement(body, reference, [consumer], probeAt, (i) => taken.has(i));
    if (!placement) continue;
    taken.add(placement.i);
    made.push({ reference, consumers: [consumer], placements: [{ ...placement, serves: 0 }] });
    for (const one of users) {
      one.consumers = one.consumers.filter((other) => !ends(other));
      served.add(one);
    }
  }
  return { made, served };
}

/** True if the error is none that the references that put the itab there were followed to: that would be the same twice. */
function isAnother(
  body: Body,
  references: ReadonlySet<number>,
  consumer: Consumer,
  followed: readonly Made[],
): boolean {
  const earlier = followed.filter((one) => references.has(one.reference.i));
  const values = earlier.flatMap((one) => one.consumers.map((other) => other.value));
  return isNew(body, consumer.value) && earlier.length > 0 && !values.includes(consumer.value);
}

/**
 * A function returns its error in the same registers at every RET. Where some reference is put into its register for the
 * RET, one that merely still is in another register there isn't returned.
 */
function dropStaleResults(body: Body, followed: Made[]): void {
  const firm = new Set<number>();
  const returns = followed.flatMap((one) => one.consumers.filter((consumer) => consumer.kind === "ret"));
  for (const consumer of returns) if (consumer.firm) firm.add(consumer.itab.register);
  if (firm.size === 0) return;
  for (const one of followed) {
    one.consumers = one.consumers.filter(
      (consumer) =>
        consumer.kind !== "ret" ||
        consumer.firm ||
        firm.has(consumer.itab.register) ||
        allocation(body, consumer.value) !== null,
    );
  }
}

/**
 * Places the probes of all references of one function so that no error hits two: where one reference must use a consumer
 * that others reach too, all that reach it do.
 */
function placeAll(
  body: Body,
  made: readonly Made[],
  probeAt: ProbeAt,
  used: readonly number[],
): { reference: Reference; why: string }[] {
  const shared = new Set<number>();
  for (let round = 0; ; round++) {
    const before = shared.size;
    const failed: { reference: Reference; why: string }[] = [];
    const taken = new Set<number>(used);
    for (const one of made) one.placements = [];
    for (const one of made) {
      const why =
        one.consumers.length === 0 ? "stale at the only use" : place(body, one, probeAt, taken, shared);
      if (why) failed.push({ reference: one.reference, why });
    }
    if (shared.size === before || round > 8) return failed;
  }
}

/** Places one reference's probes; returns why it can't, else "". */
function place(body: Body, one: Made, probeAt: ProbeAt, taken: Set<number>, shared: Set<number>): string {
  const isTaken = (i: number) => taken.has(i) || shared.has(i);
  const alone = (consumers: readonly Consumer[]): boolean => {
    const placement =
      exclusivePlacement(body, one.reference, consumers, probeAt, isTaken) ??
      variablePlacement(body, one.reference, consumers, probeAt, isTaken);
    if (!placement) return false;
    taken.add(placement.i);
    one.placements.push({ ...placement, serves: one.consumers.indexOf(consumers[0]!) });
    return true;
  };
  const free = one.consumers.filter((consumer) => !shared.has(probeRow(consumer)));
  if (free.length === one.consumers.length) {
    const value = one.consumers[0]!.value;
    if (one.consumers.every((consumer) => consumer.value === value) && alone(one.consumers)) return "";
  }
  for (const consumer of one.consumers) {
    if (!shared.has(probeRow(consumer)) && alone([consumer])) continue;
    // where other paths come too, a register that merely still holds the itab would pass for an error
    const sure = consumer.firm || isNew(body, consumer.value);
    const placement = sure ? sharedPlacement(body, one.reference, consumer, probeAt) : null;
    if (!placement) {
      one.placements = [];
      return "no instruction where both words are known";
    }
    shared.add(placement.i);
    one.placements.push({ ...placement, serves: one.consumers.indexOf(consumer) });
  }
  return "";
}

const probeRow = (consumer: Consumer) => Math.min(consumer.itab.i, consumer.data.i);

/** Takes away the probes that would see an error again: see `seesSameError`. */
function dropRepeats(body: Body, made: readonly Made[]): void {
  for (const one of made) {
    const earlier = one.placements.filter((placement) => !placement.shared);
    for (const other of made) {
      if (other === one || other.reference.itab !== one.reference.itab) continue;
      other.placements = other.placements.filter(
        (placement) =>
          placement.shared ||
          !earlier.some((probe) =>
            seesSameError(body, earlierProbe(body, one, probe), placement.i, placement.word1),
          ),
      );
    }
  }
}

function earlierProbe(body: Body, one: Made, probe: Placed) {
  const consumer = one.consumers[probe.serves]!;
  return { i: probe.i, machine: () => machineAt(body, consumer.path, probe.i), value: consumer.value };
}
