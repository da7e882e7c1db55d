export { Occurrence } from "./occurrence.tsx";
