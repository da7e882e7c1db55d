/** How a function may go on from a block, whatever its values. */
import { Flow, type Graph } from "../code/index.ts";
import { ENDS } from "./calls.ts";
import type { FateBody } from "./value-fate.ts";

/** For each block, 1 where some path from its start leads there. */
export interface WaysOut {
  /** To an end of the program, or to where control can't be followed. */
  unknown: Uint8Array;
  /** Back to the caller. */
  back: Uint8Array;
}

export function waysOut(body: FateBody): WaysOut {
  const { code, graph, callees } = body;
  const unknown = new Uint8Array(graph.blocks);
  const back = new Uint8Array(graph.blocks);
  for (let block = 0; block < graph.blocks; block++) {
    for (let i = graph.first[block]!; i <= graph.last[block]!; i++) {
      const flow = code.flow[i];
      if (flow === Flow.INDIRECT_JUMP) unknown[block] = 1;
      else if (flow === Flow.RETURN) back[block] = 1;
      else if (flow === Flow.JUMP && (code.target[i]! < code.start || code.target[i]! >= code.end))
        back[block] = 1;
      else if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
        const callee = callees.of(code, i);
        if (ENDS.test(callee.name) || (flow === Flow.CALL && body.endsProgram(code.target[i]!)))
          unknown[block] = 1;
        if (!callee.returns) break;
      }
    }
  }
  return { unknown: spread(graph, unknown), back: spread(graph, back) };
}

/** To all blocks from which one of these is reached. */
function spread(graph: Graph, marks: Uint8Array): Uint8Array {
  const open = Array.from(marks.keys()).filter((block) => marks[block] === 1);
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const before of graph.predecessors[block]!) {
      if (marks[before] === 1) continue;
      marks[before] = 1;
      open.push(before);
    }
  }
  return marks;
}
