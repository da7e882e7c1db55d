import { type AnyLookup, anyConversions, type FollowedReference, storedAgain } from "./any-sites.ts";
import { ALLOCATES, allocation, type Body, type Consumer, isNew, type Use } from "./body.ts";
import { GENERAL, Mnemonic, Operand } from "./code/index.ts";
import { Follower } from "./follow.ts";
import { jointStores } from "./joint-stores.ts";
import { originsOf } from "./origins.ts";
import {
  exclusivePlacement,
  machineBehind,
  type Placement,
  type ProbeAt,
  type Reference,
  sharedPlacement,
  variablePlacement,
} from "./placement.ts";
import { type Earlier, isTold, seesSameError } from "./same-error.ts";
import { isOfSentinel, isOnlyCompared } from "./sentinels.ts";
import { straightReturn } from "./straight-return.ts";

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
  /** References whose errors are all seen, conversions to `any` excluded. */
  resolved: number;
  /** Conversions to `any`; those that aren't resolved are in `unresolved`. */
  intoAny: { found: number; resolved: number };
}

/** Follows every reference of one function and places the probes. */
export function placeReferences(
  body: Body,
  references: readonly Reference[],
  probeAt: ProbeAt,
  lookup: AnyLookup = { objectOf: () => 0, isItab: () => false },
): FunctionSites {
  const types = references.filter((reference) => reference.any);
  const itabs = types.length === 0 ? references : references.filter((reference) => !reference.any);
  const errors: FollowedReference[] = [];
  let followed: Made[] = [];
  const vanishing = new Set<Made>();
  const unresolved: FunctionSites["unresolved"] = [];
  for (const reference of itabs) {
    const following =
      straightReturn(body, reference) ?? new Follower(body, reference.i, reference.typeOffset).run();
    errors.push({ reference, following });
    const { consumers: found, dead, tested } = following;
    if (tested) continue;
    const { sentinel } = reference;
    const consumers: Consumer[] = [];
    for (let k = 0; k < found.length; k++) {
      const consumer = found[k]!;
      if (isOnlyCompared(body, consumer)) continue;
      if (sentinel === undefined || isOfSentinel(body, consumer, sentinel)) consumers.push(consumer);
    }
    if (consumers.length === 0 && found.length > 0) continue; // only compared with
    if (consumers.length > 0) {
      const one: Made = { reference, consumers, placements: [] };
      followed.push(one);
      if (following.vanishes) vanishing.add(one);
    } else unresolved.push({ i: reference.i, why: dead[0] ?? "loop" });
  }
  dropStaleResults(body, followed);
  // all its uses were stale: the register was filled for the sake of other paths
  if (vanishing.size > 0)
    followed = followed.filter((one) => one.consumers.length > 0 || !vanishing.has(one));
  const joint = placeJoint(body, itabs, followed, probeAt);
  const stored = joint.made.flatMap((one) => one.consumers);
  const conversions = anyConversions(body, followTypes(body, types), { followed: errors, stored }, lookup);
  for (const { i, why } of conversions.left) unresolved.push({ i, why: `${INTO_ANY}: ${why}` });
  // what merely still is in a register at a call is no use of it, once its use is known
  for (const one of joint.served) one.consumers = one.consumers.filter((consumer) => consumer.firm);
  const alone = followed.filter((one) => one.consumers.length > 0 || !joint.served.has(one));
  const taken = joint.made.flatMap((one) => one.placements.map((placement) => placement.i));
  for (const { reference, consumers } of conversions.made)
    alone.push({ reference, consumers, placements: [] });
  for (const { reference, why } of placeAll(body, alone, probeAt, taken))
    unresolved.push({ i: reference.i, why: reference.any ? `${INTO_ANY}: ${why}` : why });
  const made = [...alone.filter((one) => one.placements.length > 0), ...joint.made];
  dropRepeats(body, made);
  const served = [...joint.served].filter((one) => one.consumers.length === 0).length;
  const anyMade = made.filter((one) => one.reference.any).length;
  const resolved = made.length - anyMade - joint.made.length + served;
  const intoAny = { found: conversions.made.length + conversions.left.length, resolved: anyMade };
  return { made, unresolved, resolved, intoAny };
}

const INTO_ANY = "put into an any";

function followTypes(body: Body, types: readonly Reference[]): FollowedReference[] {
  return types.flatMap((first) =>
    [first, ...storedAgain(body, first)].map((reference) => {
      const following = new Follower(body, reference.i, reference.typeOffset, reference.held ?? null).run();
      return { reference, following };
    }),
  );
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
    const { consumers } = found;
    const [consumer] = consumers;
    // its data word may be stored on two ways around a write barrier
    if (!consumer || !consumers.every((other) => ends(other) && other.value === consumer.value)) continue;
    if (users.length === 0 && !isAnother(body, store.references, consumer, followed)) continue;
    if (users.length === 0 && isIntoItself(body, consumer)) continue;
    const placement = exclusivePlacement(body, reference, consumers, probeAt, (i) => taken.has(i));
    if (!placement) continue;
    taken.add(placement.i);
    made.push({ reference, consumers, placements: [{ ...placement, serves: 0 }] });
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
  const earlier = followed.filter((one) => references.has(one.reference.i)).flatMap((one) => one.consumers);
  if (earlier.length === 0) return false;
  if (isNew(body, consumer.value)) return !earlier.some((other) => other.value === consumer.value);
  // behind a merge of paths its object is known by who allocated it
  const own = allocationsOf(body, consumer.data);
  if (!own) return false;
  return earlier.every((other) => {
    const rows = allocationsOf(body, other.data);
    return rows !== null && ![...rows].some((row) => own.has(row));
  });
}

/**
 * True if an error goes into an object that was stored into the error's own before: half done, it would show in its causes. It is
 * seen later, where it is used as a whole.
 */
function isIntoItself(body: Body, { itab, data }: Consumer): boolean {
  const { code } = body;
  const base = code.base[itab.i]!;
  const into = base === code.isa.sp ? null : allocationsOf(body, { i: itab.i, register: base });
  const own = into && allocationsOf(body, data);
  if (!own) return false;
  const meet = (use: Use, rows: ReadonlySet<number>) =>
    [...(allocationsOf(body, use) ?? [])].some((row) => rows.has(row));
  for (let i = 0; i < code.count; i++) {
    const stores = code.kind[0][i] === Operand.MEMORY && code.kind[1][i] === Operand.REGISTER;
    if (!stores || code.mnemonic[i] !== Mnemonic.Mov || code.memorySize[i] !== 8) continue;
    if (code.base[i] === code.isa.sp || !meet({ i, register: code.base[i]! }, own)) continue;
    if (meet({ i, register: code.register[1][i]! }, into)) return true;
  }
  return false;
}

/** Rows of the calls that allocate the object of a data word, on all paths; null where something else may have made it. */
function allocationsOf(body: Body, { i, register }: Use): Set<number> | null {
  if (register >= GENERAL) return null;
  const rows = new Set<number>();
  for (const origin of originsOf(body, i, register)) {
    if (origin.kind !== "call" || !ALLOCATES.test(body.callees.of(body.code, origin.row).name)) return null;
    rows.add(origin.row);
  }
  return rows;
}

/**
 * A function returns its error in the same registers at every RET. Where some reference is put into its register for the
 * RET, one that merely still is in another register there isn't returned.
 */
function dropStaleResults(body: Body, followed: Made[]): void {
  /** Mask of registers. */
  let firm = 0;
  for (let k = 0; k < followed.length; k++) {
    const { consumers } = followed[k]!;
    for (let n = 0; n < consumers.length; n++)
      if (consumers[n]!.kind === "ret" && consumers[n]!.firm) firm |= 1 << consumers[n]!.itab.register;
  }
  if (firm === 0) return;
  const isStale = ({ kind, firm: isFirm, itab, value }: Consumer) =>
    kind === "ret" && !isFirm && !(firm & (1 << itab.register)) && allocation(body, value) === null;
  for (let k = 0; k < followed.length; k++) {
    const one = followed[k]!;
    if (one.consumers.some(isStale)) one.consumers = one.consumers.filter((consumer) => !isStale(consumer));
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
  const isFree = shared.size === 0 || !one.consumers.some((consumer) => shared.has(probeRow(consumer)));
  if (isFree) {
    const value = one.consumers[0]!.value;
    if (one.consumers.every((consumer) => consumer.value === value) && alone(one.consumers)) return "";
  }
  for (const consumer of one.consumers) {
    if (!shared.has(probeRow(consumer)) && alone([consumer])) continue;
    // where other paths come too, a register that merely still holds the itab would pass for an error
    const sure = !one.reference.any && (consumer.firm || isNew(body, consumer.value));
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
  if (made.length < 2) return;
  const alike = new Map<number | null, Made[]>();
  for (let k = 0; k < made.length; k++) {
    const one = made[k]!;
    const list = alike.get(one.reference.itab);
    if (list) list.push(one);
    else alike.set(one.reference.itab, [one]);
  }
  for (const list of alike.values()) if (list.length > 1) dropRepeatsAmong(body, list);
}

/** Those of one itab. */
function dropRepeatsAmong(body: Body, list: readonly Made[]): void {
  const { blockOf, successors } = body.graph;
  /** Probes by their block, where the function ends behind it: there nothing comes behind the only one. */
  const probes = new Map<number, number>();
  for (let k = 0; k < list.length; k++) {
    const { placements } = list[k]!;
    for (let n = 0; n < placements.length; n++) {
      const block = blockOf[placements[n]!.i]!;
      if (successors[block]!.length === 0) probes.set(block, (probes.get(block) ?? 0) + 1);
    }
  }
  const isLast = ({ i }: Placed) => probes.get(blockOf[i]!) === 1;
  for (let k = 0; k < list.length; k++)
    if (!list[k]!.placements.every(isLast)) dropRepeatsOf(body, list[k]!, list);
}

/** Takes away those of `one`'s errors. */
function dropRepeatsOf(body: Body, one: Made, alike: readonly Made[]): void {
  if (!tells(body, one)) return;
  const earlier: Earlier[] = [];
  for (const probe of one.placements) if (!probe.shared) earlier.push(earlierProbe(body, one, probe));
  for (let k = 0; k < alike.length; k++) {
    const other = alike[k]!;
    if (other === one) continue;
    for (let n = other.placements.length - 1; n >= 0; n--)
      if (isRepeat(body, earlier, other.placements[n]!))
        other.placements = other.placements.filter((_, at) => at !== n);
  }
}

/** True if one of its probes sees a data word that tells an error from another. */
function tells(body: Body, { placements, consumers }: Made): boolean {
  for (let k = 0; k < placements.length; k++) {
    const { shared, serves } = placements[k]!;
    if (!shared && isTold(body, consumers[serves]!.value)) return true;
  }
  return false;
}

function isRepeat(body: Body, earlier: readonly Earlier[], { shared, i, word1 }: Placed): boolean {
  if (shared) return false;
  for (let k = 0; k < earlier.length; k++) if (seesSameError(body, earlier[k]!, i, word1)) return true;
  return false;
}

function earlierProbe(body: Body, one: Made, probe: Placed): Earlier {
  const consumer = one.consumers[probe.serves]!;
  return {
    i: probe.i,
    machine: () => machineBehind(body, one.reference.i, consumer.path, probe.i),
    value: consumer.value,
  };
}
