/** Size of a node in CSS pixels at zoom 1. */
export const NODE = { width: 208, height: 60 };
/** Least space between two nodes, two layers and two parts. */
export const GAP = { node: 18, layer: 44, part: 52 };
