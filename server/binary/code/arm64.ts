import { ASSEMBLER, FP, G, LINK, SCRATCH, SP } from "./arm64-registers.ts";
import { calledBehind, mayCall, scanForAddress, scanForLoad, scanForUses } from "./arm64-scan.ts";
import type { Isa } from "./isa.ts";
import type { Probe } from "./probeable.ts";

const mask = (...registers: number[]): number =>
  registers.reduce((all, register) => all | (1 << register), 0);
const sixteen = Array.from({ length: 16 }, (_, register) => register);

/** arm64. Source: src/cmd/compile/abi-internal.md, Go 1.18 to 1.27, and what is named below. */
export const arm64: Isa = {
  arch: "arm64",
  registers: 32,
  vectors: 32,
  sp: SP,
  fp: FP,
  g: G,
  link: LINK,
  arguments: sixteen,
  floatArguments: 16,
  registerAbi: 18,
  gInRegister: 16,
  callBytes: 0,
  clobbered: ~mask(SP, FP, G, SCRATCH),
  // LoweredWB of cmd/compile/internal/ssa/_gen/ARM64Ops.go and asm_arm64.s, Go 1.21 to 1.27: the buffer in R25, R16 and R17 by
  // the linker's trampolines
  barrierClobbers: mask(16, 17, 25, ASSEMBLER, LINK),
  // duff_arm64.s, up to Go 1.25: R20 advances; the copy goes from there to R21 by R26 and R27
  duffClobbers: mask(16, 17, 20, 21, 26, ASSEMBLER, LINK),
  barrierBuffer: 25,
  // asm_arm64.s of Go 1.20: writes R3 to where R2 points
  barrierStores: { "": 3 },
  barrierTarget: 2,
  blockCopy: { to: 21, from: 20 },
  zeroVector: -1,
  probeOf,
  scan: (text, start) => ({
    leas: (targets) => scanForAddress(text, start, targets),
    loads: (targets) => scanForLoad(text, start, targets),
    prepare: () => {},
    forget: () => {},
  }),
  calledBehind,
  scanForUses,
  mayCall,
};

/**
 * Branches, ADR, ADRP and loads of literals are simulated; what changes the system's state, raises an exception or is
 * exclusive is refused; all else runs out of line, as a step.
 * Source: Linux arch/arm64/kernel/probes/decode-insn.c (4.10 to 6.18) and arch/arm64/lib/insn.c.
 */
function probeOf(bytes: Uint8Array, from = 0, to = bytes.length): Probe {
  if (to - from !== 4) return "refused";
  const byte = (i: number) => bytes[from + i]!;
  const word = (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  const is = (bits: number, value: number) => (word & bits) >>> 0 === value;
  if (word === 0) return "refused"; // UDF
  // branches, exceptions and system instructions
  if (is(0x1c000000, 0x14000000)) {
    if (is(0x7c000000, 0x14000000) || is(0xff000010, 0x54000000)) return "emulated"; // B, BL, B.cond
    if (is(0x7c000000, 0x34000000)) return "emulated"; // CBZ, CBNZ, TBZ, TBNZ
    if (is(0xfffffc1f, 0xd61f0000) || is(0xfffffc1f, 0xd63f0000) || is(0xfffffc1f, 0xd65f0000))
      return "emulated"; // BR, BLR, RET
    if (word === 0xd503201f) return "stepped"; // NOP
    if (is(0xfffff01f, 0xd503201f)) return "refused"; // other hints: which of them are stepped depends on the kernel
    if (is(0xfff00000, 0xd5300000)) return "stepped"; // MRS
    return "refused";
  }
  if (is(0x1f000000, 0x10000000)) return "emulated"; // ADR, ADRP
  if (is(0x3b000000, 0x18000000))
    return is(0xbf000000, 0x18000000) || is(0xff000000, 0x98000000) ? "emulated" : "refused"; // literals
  if (is(0x3f800000, 0x08000000)) return "refused"; // exclusive loads and stores
  return "stepped";
}
