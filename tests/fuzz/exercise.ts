/** Reads all that there is to read of an executable that may be damaged. */
import {
  BinaryError,
  buildErrorMap,
  errorTypesOf,
  type GoBinary,
  readGoBinary,
} from "../../server/binary/index.ts";

/** One in so many that can be read is analysed whole, which takes ten times as long. */
const WHOLE = 40;

/** "read", or the code of the refusal. @throws anything else that the reader throws: that is a fault of it. */
export function exercise(bytes: Uint8Array, number: number): string {
  try {
    const binary = readGoBinary(bytes);
    lookAround(binary);
    if (number % WHOLE === 0) buildErrorMap(binary);
    else errorTypesOf(binary);
    return "read";
  } catch (error) {
    if (error instanceof BinaryError) return error.code;
    throw error;
  }
}

function lookAround({ functions, types }: GoBinary): void {
  const step = Math.max(1, Math.floor(functions.count / 64));
  for (let i = 0; i < functions.count; i += step) {
    const pc = functions.entry(i);
    functions.name(i);
    functions.frames(pc + 9);
    functions.spDelta(pc + 9);
  }
  functions.byName("runtime.gopanic");
  for (const type of types.values()) {
    void [
      type.name,
      type.pkgPath,
      type.fields,
      type.methods,
      type.interfaceMethods,
      type.params,
      type.results,
    ];
  }
}
