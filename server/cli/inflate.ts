import { inflateSync } from "node:zlib";
import type { Inflate } from "../binary/index.ts";

/** For sections of debugging information; what is damaged counts as not there. */
export const inflate: Inflate = (packed, size) => {
  try {
    return inflateSync(packed, { maxOutputLength: size });
  } catch {
    return null;
  }
};
