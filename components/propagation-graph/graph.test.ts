import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GraphEdge, PropagationGraph } from "../../server/events/index.ts";
import { centreOn, edgePath, fitTransform, labelPoint, nearest } from "./geometry.ts";
import { layoutGraph, type Point } from "./layout.ts";
import { NODE } from "./node-size.ts";
import { pack, packSingles } from "./pack.ts";
import { MOST_NODES, relationsOf, subgraph } from "./relations.ts";
import { type Link, topologyOf } from "./topology.ts";

/** `a>b b>c` as links. */
const links = (text: string): Link[] =>
  text.split(" ").map((pair) => {
    const [source, target] = pair.split(">");
    return { id: pair, source: source!, target: target! };
  });
const none = null;

describe("topologyOf", () => {
  it("parts a graph and sets single nodes aside", () => {
    const { parts, single } = topologyOf(["x", "a", "b", "c", "d", "e"], links("a>b d>c c>e"));
    expect(parts.map((p) => p.nodes)).toEqual([
      ["c", "d", "e"],
      ["a", "b"],
    ]);
    expect(single).toEqual(["x"]);
  });
  it("turns what closes a cycle and leaves out loops, doubles and loose ends", () => {
    const { parts, turned } = topologyOf(["a", "b", "c"], links("a>b b>c c>a a>a b>a a>nowhere"));
    expect([...turned]).toEqual(["c>a"]);
    expect(parts[0]!.links).toEqual([
      { id: "a>b", source: "a", target: "b" },
      { id: "b>c", source: "b", target: "c" },
      { id: "c>a", source: "a", target: "c" },
    ]);
  });
  it("leaves no cycle in any graph", () => {
    const ids = "abcdefg".split("");
    const anyLinks = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), {
      selector: (p) => p.join(),
    });
    fc.assert(
      fc.property(anyLinks, (pairs) => {
        const { parts } = topologyOf(
          ids,
          pairs.map(([source, target]) => ({ id: `${source}>${target}`, source, target })),
        );
        for (const part of parts) {
          const edges = part.links.map((l) => ({ ...l, via: "unwrap", count: 1 })) as GraphEdge[];
          for (const id of part.nodes) {
            const { downstream, upstream } = relationsOf(edges, id);
            expect([...downstream].filter((d) => upstream.has(d))).toEqual([]);
          }
        }
      }),
    );
  });
});

function overlaps(nodes: Map<string, Point>): string[] {
  const list = [...nodes];
  const found: string[] = [];
  list.forEach(([a, p], i) => {
    for (const [b, q] of list.slice(i + 1)) {
      if (Math.abs(p.x - q.x) < NODE.width - 1 && Math.abs(p.y - q.y) < NODE.height - 1)
        found.push(`${a} ${b}`);
    }
  });
  return found;
}

describe("layoutGraph", () => {
  it("puts causes above what came of them", () => {
    const { nodes, links: bends, width, height } = layoutGraph(["c", "b", "a"], links("a>b b>c"), none);
    expect(nodes.get("a")!.y).toBeLessThan(nodes.get("b")!.y);
    expect(nodes.get("b")!.y).toBeLessThan(nodes.get("c")!.y);
    expect(bends.get("a>b")![0]).toEqual(nodes.get("a"));
    expect(bends.get("a>b")!.at(-1)).toEqual(nodes.get("b"));
    expect(width).toBeCloseTo(NODE.width, 5);
    expect(height).toBeGreaterThan(3 * NODE.height);
  });
  it("gives every node its own place and every edge its ends, in any graph", () => {
    const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const anyLinks = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), {
      maxLength: 20,
      selector: (p) => p.join(),
    });
    fc.assert(
      fc.property(anyLinks, (pairs) => {
        const list = pairs.map(([source, target]) => ({ id: `${source}>${target}`, source, target }));
        const layout = layoutGraph(ids, list, none);
        expect(layout.nodes.size).toBe(12);
        expect(overlaps(layout.nodes)).toEqual([]);
        for (const { id, source, target } of list) {
          if (source === target) continue;
          expect(layout.links.get(id)![0]).toEqual(layout.nodes.get(source));
          expect(layout.links.get(id)!.at(-1)).toEqual(layout.nodes.get(target));
        }
      }),
      { numRuns: 60 },
    );
  });
  it("keeps the order of what was there when nodes come", () => {
    const before = layoutGraph(["r", "a", "b", "c", "d"], links("r>a r>b r>c r>d"), none);
    const order = (nodes: Map<string, Point>) =>
      ["a", "b", "c", "d"].sort((x, y) => nodes.get(x)!.x - nodes.get(y)!.x);
    const ids = ["r", "n", "d", "c", "b", "a", "m"];
    const after = layoutGraph(ids, links("r>n r>d r>c r>a r>b m>a"), before);
    expect(order(after.nodes)).toEqual(order(before.nodes));
    expect(overlaps(after.nodes)).toEqual([]);
  });
  it("leaves parts where they were when another one comes", () => {
    const before = layoutGraph(["a", "b", "c", "d", "e"], links("a>b b>c d>e"), none);
    const after = layoutGraph(["x", "y", "d", "e", "a", "b", "c"], links("x>y d>e a>b b>c"), before);
    for (const id of ["a", "b", "c", "d", "e"]) expect(after.nodes.get(id)).toEqual(before.nodes.get(id));
    expect(overlaps(after.nodes)).toEqual([]);
  });
  it("is empty for nothing", () => {
    expect(layoutGraph([], [], none)).toMatchObject({ width: 0, height: 0 });
  });
  it("places 1,000 nodes in layers without overlap", () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    const chains = ids.flatMap((id, i) =>
      i % 5 === 0 ? [] : [{ id: `l${i}`, source: ids[i - 1]!, target: id }],
    );
    const cross = ids.flatMap((id, i) =>
      i % 37 === 0 && i + 8 < 1000 ? [{ id: `x${i}`, source: id, target: ids[i + 8]! }] : [],
    );
    const layout = layoutGraph(ids, [...chains, ...cross], none);
    expect(layout.nodes.size).toBe(1000);
    expect(overlaps(layout.nodes)).toEqual([]);
  });
});

describe("pack", () => {
  const box = (width: number, height: number) => ({ width, height });
  it("places each box as high up as it fits", () => {
    const { places, height } = pack([box(100, 210), box(100, 100), box(100, 100)], 10, 1);
    expect(places).toEqual([
      { x: 0, y: 0 },
      { x: 110, y: 0 },
      { x: 110, y: 110 },
    ]);
    expect(height).toBe(210);
    expect(pack([], 10, 2)).toMatchObject({ places: [], width: 0, height: 0 });
  });
  it("never lets two boxes overlap and never leaves the width", () => {
    const anyBox = fc.record({
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyBox, { maxLength: 25 }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (boxes, aspect) => {
          const { places, row, width } = pack(boxes, 10, aspect);
          expect(width).toBeLessThanOrEqual(row + 0.01);
          boxes.forEach((a, i) => {
            for (let j = 0; j < i; j++) {
              const [p, q, b] = [places[i]!, places[j]!, boxes[j]!];
              const apart =
                p.x >= q.x + b.width ||
                q.x >= p.x + a.width ||
                p.y >= q.y + b.height ||
                q.y >= p.y + a.height;
              expect(apart).toBe(true);
            }
          });
        },
      ),
    );
  });
  it("keeps to the width of the last time unless that has become much worse", () => {
    const boxes = Array.from({ length: 9 }, () => box(100, 100));
    expect(pack(boxes, 0, 1, 310).row).toBe(310);
    expect(pack(boxes, 0, 1, 900).row).not.toBe(900);
  });
  it("takes no width from a packing of nothing", () => {
    const boxes = [box(180, 80), box(100, 170), box(30, 50)];
    expect(pack(boxes, 0, 1.5)).toMatchObject({ width: 310, height: 170 });
    // in the width of the widest: not so much worse that a packing of before would be given up
    expect(pack(boxes, 0, 1.5, 180)).toMatchObject({ width: 180, height: 250 });
    expect(pack(boxes, 0, 1.5, pack([], 0, 1.5).row)).toEqual(pack(boxes, 0, 1.5));
  });
  it("makes a grid of single nodes", () => {
    const grid = packSingles(5, { width: 90, height: 40 }, 10, 1);
    expect(grid.places[0]).toEqual({ x: 45, y: 20 });
    expect(new Set(grid.places.map((p) => `${p.x} ${p.y}`)).size).toBe(5);
    expect(packSingles(0, { width: 90, height: 40 }, 10, 1)).toEqual({ places: [], width: 0, height: 0 });
  });
});

const graphOf = (text: string): PropagationGraph => {
  const edges = links(text).map((l) => ({ ...l, via: "unwrap" as const, count: 1 }));
  const ids = [...new Set(edges.flatMap((e) => [e.source, e.target]))];
  return {
    nodes: ids.map((id, i) => ({ id, kind: "group", groupId: id, type: id, label: id, where: "", count: i })),
    edges,
    rootCauses: [{ node: "a", explains: 2, share: 1, reason: "" }],
  };
};

describe("relations", () => {
  it("finds what led to a node and what came of it", () => {
    const { upstream, downstream } = relationsOf(graphOf("a>b b>c x>c c>d y>z").edges, "c");
    expect([...upstream].sort()).toEqual(["a", "b", "x"]);
    expect([...downstream]).toEqual(["d"]);
    expect(relationsOf(graphOf("a>b b>a").edges, "a").downstream).toEqual(new Set(["b"]));
  });
  it("keeps whole ways when filtered", () => {
    const graph = graphOf("a>b b>c x>c y>z");
    const { graph: part } = subgraph(graph, (id) => id === "b");
    expect(part.nodes.map((n) => n.id)).toEqual(["a", "b", "c"]);
    expect(part.edges.map((e) => e.id)).toEqual(["a>b", "b>c"]);
    expect(subgraph(graph, (id) => id === "z").graph.rootCauses).toEqual([]);
    expect(subgraph(graph, null).graph).toBe(graph);
  });
  it("draws the nodes with the most occurrences when there are too many", () => {
    const graph = graphOf(Array.from({ length: MOST_NODES }, (_, i) => `n${i}>n${i + 1}`).join(" "));
    const { graph: part, left } = subgraph(graph, null);
    expect(left).toBe(1);
    expect(part.nodes).toHaveLength(MOST_NODES);
    expect(part.nodes.some((n) => n.id === "n0")).toBe(false);
  });
});

describe("geometry", () => {
  const bends = [
    { x: 0, y: 0 },
    { x: 50, y: 200 },
  ];
  it("draws from box to box, also upwards", () => {
    expect(edgePath(bends, 100)).toBe("M0 50C0 100 50 100 50 150");
    expect(edgePath(bends.toReversed(), 100)).toBe("M50 150C50 100 0 100 0 50");
    expect(edgePath([bends[0]!], 100)).toBe("");
  });
  it("labels in the gap before the target", () => {
    expect(labelPoint(bends, 100, 100)).toEqual({ x: 25, y: 100, straight: false });
    const long = [0, 200, 400].map((y) => ({ x: 0, y }));
    expect(labelPoint(long, 100, 100)).toEqual({ x: 0, y: 300, straight: true });
  });
  it("labels a bent edge on its curve, clear of the boxes beside its bends", () => {
    // from (60, 200) to (0, 350), where the target's box begins: the cubic through (60, 275) and (0, 275) is at y 300 for t 0.7099
    const bent = [0, 200, 400].map((y, i) => ({ x: [0, 60, 0][i]!, y }));
    const { x, y, straight } = labelPoint(bent, 100, 100);
    expect([y, straight]).toEqual([300, false]);
    const t = 0.7099;
    expect(200 * (1 - t) ** 3 + 275 * 3 * t * (1 - t) + 350 * t ** 3).toBeCloseTo(300, 1);
    expect(x).toBeCloseTo(60 * ((1 - t) ** 3 + 3 * (1 - t) ** 2 * t), 1);
  });
  it("fits a picture, never larger than life", () => {
    expect(fitTransform({ width: 100, height: 100 }, { width: 500, height: 300 })).toEqual({
      k: 1,
      x: 200,
      y: 100,
    });
    expect(fitTransform({ width: 1000, height: 100 }, { width: 556, height: 300 }).k).toBe(0.5);
    expect(centreOn({ x: 10, y: 20 }, { width: 100, height: 100 }, 2)).toEqual({ k: 2, x: 30, y: 10 });
  });
  it("finds the neighbour that an arrow points at", () => {
    const nodes = new Map([
      ["a", { x: 0, y: 0 }],
      ["b", { x: 300, y: 0 }],
      ["c", { x: 300, y: 100 }],
      ["d", { x: 0, y: 100 }],
    ]);
    expect(nearest(nodes, "a", "ArrowRight")).toBe("b");
    expect(nearest(nodes, "a", "ArrowDown")).toBe("d");
    expect(nearest(nodes, "c", "ArrowLeft")).toBe("d");
    expect(nearest(nodes, "a", "ArrowUp")).toBeNull();
    expect(nearest(nodes, "gone", "ArrowUp")).toBeNull();
  });
});
