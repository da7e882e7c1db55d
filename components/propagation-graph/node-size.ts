/** Size of a node in CSS pixels at zoom 1. */
export const NODE = { width: 208, height: 60 };
