export { FlameGraph } from "./flame-graph.tsx";
