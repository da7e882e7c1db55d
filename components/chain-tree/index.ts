export { ChainTree } from "./chain-tree.tsx";
