/** For tests in server/binary, which know nothing of server/cli. */
export { inflate } from "../../server/cli/inflate.ts";
