import { buildGraph, type Code, Flow, isaOf } from "../code/index.ts";

const ARGUMENTS = isaOf("amd64").arguments.reduce((all, register) => all | (1 << register), 0);

/** The registers of which a function that calls nothing reads what its caller left there, as a mask; null for other functions. */
export function leafArguments(code: Code): number | null {
  const graph = buildGraph(code, () => true);
  // registers that are surely written where a block begins
  const written = new Int32Array(graph.blocks).fill(-1);
  const work = [0];
  written[0] = 0;
  let read = 0;
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    let done = written[block]!;
    for (let i = graph.first[block]!; i <= graph.last[block]!; i++) {
      const flow = code.flow[i];
      if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL || flow === Flow.INDIRECT_JUMP) return null;
      if (flow === Flow.JUMP && (code.target[i]! < code.start || code.target[i]! >= code.end)) return null;
      read |= code.reads[i]! & ~done;
      done |= code.writes[i]!;
    }
    for (const next of graph.successors[block]!) {
      const before = written[next]!;
      const after = before === -1 ? done : before & done;
      if (after === before) continue;
      written[next] = after;
      work.push(next);
    }
  }
  return read & ARGUMENTS;
}
