import { Arm64Disassembler } from "./arm64-decoder.ts";
import type { Decodes, Isa } from "./isa.ts";
import { Disassembler } from "./x86.ts";

/** A decoder of an architecture's code. */
export const decoderFor = (arch: Isa["arch"]): Decodes =>
  arch === "amd64" ? new Disassembler() : new Arm64Disassembler();
