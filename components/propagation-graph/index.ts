export { PropagationGraph } from "./propagation-graph.tsx";
