/**
 * Positions for the propagation graph, causes at the top. Each connected part is laid out by itself (d3-dag's layers), then
 * the parts are packed. Runs in a worker; pure, so that tests call it directly.
 */
import {
  coordGreedy,
  decrossTwoLayer,
  graph,
  layeringLongestPath,
  sugiyama,
  twolayerAgg,
  twolayerGreedy,
} from "d3-dag";
import { keepOrder } from "./keep-order.ts";
import { GAP, NODE } from "./node-size.ts";
import { pack, packSingles } from "./pack.ts";
import { type Link, topologyOf } from "./topology.ts";

export interface Point {
  x: number;
  y: number;
}
interface Drawn {
  /** Centres. */
  nodes: Map<string, Point>;
  /** Bends of each link from its source to its target, both ends' centres included. */
  links: Map<string, Point[]>;
  width: number;
  height: number;
}
export interface Layout extends Drawn {
  /** Width that the parts were packed into. */
  row: number;
}

/** Passes over the layers to lessen crossings, by the number of nodes: more is better but slower (stack.md). */
const passesFor = (nodes: number) => (nodes < 200 ? 8 : nodes < 1000 ? 3 : 1);

/** @param before the last layout: what it knows keeps its order, so that the picture doesn't jump
 *  @param aspect width by height of the place to fill */
export function layoutGraph(
  nodes: readonly string[],
  links: readonly Link[],
  before: Layout | null,
  aspect = 1.6,
): Layout {
  const { parts, single, turned } = topologyOf(nodes, links);
  const known = before?.nodes ?? new Map<string, Point>();
  const drawn = inOldOrder(parts, known).map((part) => layoutPart(part.nodes, part.links, known));
  const singles = packSingles(single.length, NODE, GAP.node, aspect);
  if (single.length > 0) {
    const places = new Map(single.map((id, i) => [id, singles.places[i]!]));
    drawn.push({ nodes: places, links: new Map(), width: singles.width, height: singles.height });
  }
  const { places, width, height, row } = pack(drawn, GAP.part, aspect, before?.row ?? null);
  const whole: Layout = { nodes: new Map(), links: new Map(), width, height, row };
  drawn.forEach((part, i) => {
    const { x, y } = places[i]!;
    const move = (p: Point) => ({ x: p.x + x, y: p.y + y });
    for (const [id, p] of part.nodes) whole.nodes.set(id, move(p));
    for (const [id, bends] of part.links) {
      const moved = bends.map(move);
      whole.links.set(id, turned.has(id) ? moved.reverse() : moved);
    }
  });
  // Links that the layout left out (both ways between two nodes) still join their nodes.
  for (const { id, source, target } of links) {
    const [a, b] = [whole.nodes.get(source), whole.nodes.get(target)];
    if (a && b && source !== target && !whole.links.has(id)) whole.links.set(id, [a, b]);
  }
  return whole;
}

/** Parts that were there before by where they were, then the new ones as they come. */
function inOldOrder<P extends { nodes: string[] }>(
  parts: readonly P[],
  known: ReadonlyMap<string, Point>,
): P[] {
  const rank = (part: P) => {
    const old = part.nodes.flatMap((id) => known.get(id) ?? []);
    return { y: Math.min(...old.map((p) => p.y)), x: Math.min(...old.map((p) => p.x)) };
  };
  return parts
    .map((part) => ({ part, ...rank(part) }))
    .sort((a, b) => (a.y === b.y ? (a.x === b.x ? 0 : a.x - b.x) : a.y - b.y))
    .map(({ part }) => part);
}

function layoutPart(
  nodes: readonly string[],
  links: readonly Link[],
  known: ReadonlyMap<string, Point>,
): Drawn {
  const dag = graph<string, string>();
  const byId = new Map(nodes.map((id) => [id, dag.node(id)]));
  for (const { id, source, target } of links) dag.link(byId.get(source)!, byId.get(target)!, id);
  const fewCrossings = decrossTwoLayer()
    .order(twolayerGreedy().base(twolayerAgg()))
    .passes(passesFor(nodes.length));
  const run = sugiyama()
    .layering(layeringLongestPath().topDown(true))
    .decross(keepOrder(known, fewCrossings))
    .coord(coordGreedy())
    .nodeSize([NODE.width, NODE.height])
    .gap([GAP.node, GAP.layer]);
  const { width, height } = run(dag);
  const drawn: Drawn = { nodes: new Map(), links: new Map(), width, height };
  for (const node of dag.nodes()) drawn.nodes.set(node.data, { x: node.x, y: node.y });
  for (const link of dag.links())
    drawn.links.set(
      link.data,
      link.points.map(([x, y]) => ({ x, y })),
    );
  return drawn;
}
