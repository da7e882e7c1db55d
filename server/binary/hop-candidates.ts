import type { Body } from "./body.ts";
import { pcOf } from "./code/index.ts";
import type { HopCandidate, PassedResult } from "./error-results.ts";
import type { GoBinary, Site } from "./model.ts";
import type { ProbeAt } from "./placement.ts";
import { plainReturns } from "./plain-returns.ts";
import { placeOfHop, returnHops } from "./return-hops.ts";
import { siteAt } from "./site-at.ts";

/**
 * The return hops of the function of an index, each with what must be known for it to be one of an error.
 * @param sites of the function: an instruction has one probe, and that of a site that makes an error goes first.
 */
export function hopCandidates(
  binary: GoBinary,
  index: number,
  body: Body,
  probeAt: ProbeAt,
  sites: readonly Site[],
): HopCandidate[] {
  const { code } = body;
  const { functions } = binary;
  const taken = new Set(sites.map((site) => site.pc));
  return returnHops(body, probeAt).flatMap((hop) => {
    const { i, word0, word1, position, sure } = hop;
    // shared: it may be a value of another interface
    const about = { op: "return", word0, word1, shared: true, consumer: "ret", eface: false } as const;
    const site = taken.has(pcOf(code, i)) ? null : siteAt(binary, code, i, about);
    if (!site) return [];
    site.origins.push({ pc: placeOfHop(body, hop, functions), itab: 0 });
    const callee = functions.find(code.target[hop.call]!);
    const given = callee < 0 ? null : { index: callee, position: hop.given };
    return { site, result: { index, position }, sure, given };
  });
}

/** Results that the function gives back as its last call gave them, if it gives any. */
export function passedResults({ functions }: GoBinary, index: number, body: Body): PassedResult[] {
  return plainReturns(body).flatMap(({ position, given, call }) => {
    const callee = functions.find(body.code.target[call]!);
    return callee < 0 ? [] : { result: { index, position }, given: { index: callee, position: given } };
  });
}
