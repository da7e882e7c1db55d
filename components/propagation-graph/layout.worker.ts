/** The layout's thread: one for as long as the view is on the screen, since d3-dag is slow until it is warm. It remembers
 * its last positions, so that the next layout keeps them. */
import { type Layout, layoutGraph } from "./layout.ts";
import type { Link } from "./topology.ts";

export interface LayoutRequest {
  id: number;
  nodes: string[];
  links: Link[];
  /** Width by height of the place to fill. */
  aspect: number;
}
export interface LayoutReply {
  id: number;
  layout: Layout;
  /** Milliseconds that the layout took. */
  ms: number;
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent<LayoutRequest>) => void;
  postMessage(r: LayoutReply): void;
};
let before: Layout | null = null;

scope.onmessage = ({ data: { id, nodes, links, aspect } }) => {
  const started = performance.now();
  const layout = layoutGraph(nodes, links, before, aspect);
  before = layout;
  scope.postMessage({ id, layout, ms: performance.now() - started });
};
