import { afterAll, describe, expect, test } from "vitest";
import { buildGraph, dominates, type Graph, reaches } from "./graph.ts";
import { Disassembler } from "./x86.ts";

const disassembler = new Disassembler();
afterAll(() => disassembler.free());
const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16)));
const graphOf = (hex: string, returns: (i: number) => boolean = () => true) =>
  buildGraph(disassembler.decode(bytesOf(hex), 0x1000), returns);

const dominators = (graph: Graph) =>
  Array.from({ length: graph.blocks }, (_, block) => graph.dominance.dominator(block));

describe("control-flow graph", () => {
  // 0: test; je +2 | 1: nop; nop | 2: ret
  const diamond = "85c0 7402 9090 c3";

  test("blocks, edges and dominators of a branch around code", () => {
    const graph = graphOf(diamond);
    expect(graph.successors).toEqual([[1, 2], [2], []]);
    expect(graph.predecessors).toEqual([[], [0], [0, 1]]);
    expect(dominators(graph)).toEqual([-1, 0, 0]);
    expect([dominates(graph, 0, 2), dominates(graph, 1, 2)]).toEqual([true, false]);
  });

  test("reaches: along edges, not through the block to avoid", () => {
    const graph = graphOf(diamond);
    expect([reaches(graph, 0, 2, 1), reaches(graph, 1, 0, -1), reaches(graph, 1, 2, 0)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("a loop reaches itself", () => {
    const graph = graphOf("90 85c0 75fb c3"); // 1: nop; test; jne 1b; ret
    expect(graph.successors).toEqual([[1, 0], []]);
    expect([reaches(graph, 0, 0, -1), reaches(graph, 1, 1, -1)]).toEqual([true, false]);
  });

  test("what follows a call that never returns is no successor", () => {
    const hex = "e800000000 90 c3";
    expect(graphOf(hex).blocks).toBe(1);
    const graph = graphOf(hex, () => false);
    expect(graph.successors).toEqual([[], []]);
    expect(dominators(graph)).toEqual([-1, -1]);
  });

  test("a jump out of the function has no successor here", () => {
    expect(graphOf("e900100000 c3").successors).toEqual([[], []]);
  });

  test("a cycle that nothing enters still gets dominators", () => {
    const graph = graphOf("c3 90 ebfd"); // ret; 1: nop; jmp 1b
    expect(dominators(graph)).toEqual([-1, -1]);
  });
});
