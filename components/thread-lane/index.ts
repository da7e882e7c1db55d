export { ThreadLane } from "./thread-lane.tsx";
