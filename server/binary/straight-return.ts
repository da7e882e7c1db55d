/**
 * The most frequent use of a package-level error, `return io.EOF`, told at a glance: its words are loaded into their registers
 * and a few instructions later there is the RET. What `Follower` and `exclusivePlacement` find of such a one, at a fraction of
 * the time; anything less plain is left to them.
 */
import type { Body, Consumer } from "./body.ts";
import { Flow, Mnemonic, Operand, Reg } from "./code/index.ts";
import type { Following } from "./follow.ts";
import type { Placement, ProbeAt, Reference } from "./placement.ts";

/** Null where it isn't that plain. */
export function straightReturn(body: Body, { i: first, sentinel }: Reference): Following | null {
  const { code, graph, values } = body;
  const block = graph.blockOf[first]!;
  const last = graph.last[block]!;
  if (sentinel === undefined || !body.abiInternal || code.flow[last] !== Flow.RETURN) return null;
  const itab = code.register[0][first]!;
  const position = code.isa.arguments.indexOf(itab);
  const data = code.isa.arguments[position + 1];
  if (position < 0 || data === undefined || !loads(body, first, sentinel)) return null;
  const itabBit = 1 << itab;
  const dataBit = 1 << data;
  let row = -1;
  for (let i = first + 1; i <= last; i++) {
    if (i < last && code.flow[i] !== Flow.NEXT) return null;
    const used = code.reads[i]! | code.writes[i]!;
    if (used & itabBit) return null;
    if (!(used & dataBit)) continue;
    // written once, read never: it is in no other register
    if (row >= 0 || !loads(body, i, sentinel + 8)) return null;
    row = i;
  }
  if (row < 0) return null;
  const consumer: Consumer = {
    kind: "ret",
    itab: { i: last, register: itab },
    data: { i: last, register: data },
    value: values.result(row, data),
    i: last,
    path: [block],
    eface: false,
    firm: true,
    intoItself: false,
    straight: true,
  };
  return { consumers: [consumer], dead: [], tested: false, compared: false, vanishes: true };
}

/** True if a row loads the word at `address`, of which nothing more is known. */
const loads = ({ code, constants }: Body, i: number, address: number): boolean =>
  code.mnemonic[i] === Mnemonic.Mov &&
  code.kind[0][i] === Operand.REGISTER &&
  code.kind[1][i] === Operand.MEMORY &&
  code.width[0][i] === 8 &&
  code.base[i] === Reg.RIP &&
  code.displacement[i] === address &&
  !constants.has(address);

/** The RET, unless some row before it is better; null: it isn't known. */
export function straightPlacement(
  reference: Reference,
  { i: last, itab, data }: Consumer,
  probeAt: ProbeAt,
  taken: (i: number) => boolean,
): Placement | null {
  for (let i = reference.i; i < last; i++) if (!taken(i) && probeAt(i) === "emulated") return null;
  if (taken(last) || probeAt(last) !== "stepped") return null;
  return {
    i: last,
    word0: { kind: "reg", reg: itab.register },
    word1: { kind: "reg", reg: data.register },
    shared: false,
    emulated: false,
    consumer: "ret",
    eface: false,
  };
}
