export { ConnectionMark, LostConnection } from "./connection.tsx";
