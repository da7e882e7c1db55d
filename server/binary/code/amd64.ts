import type { Isa } from "./isa.ts";
import { probeOf } from "./probeable.ts";
import { Reg } from "./registers.ts";
import { calledAt, LEA_LENGTH, mayCall, TextScan } from "./scan.ts";
import { scanForUses } from "./scan-uses.ts";

const ALL = 0xffff;
/** Kept by Go's calls: SP, BP and, in ABIInternal, R14 (g). */
const KEPT = (1 << Reg.RSP) | (1 << Reg.RBP) | (1 << Reg.R14);

/** x86-64. Source: src/cmd/compile/abi-internal.md, Go 1.17 to 1.27, and what is named below. */
export const amd64: Isa = {
  arch: "amd64",
  registers: 16,
  vectors: 16,
  sp: Reg.RSP,
  fp: Reg.RBP,
  g: Reg.R14,
  link: Reg.NONE,
  arguments: [Reg.RAX, Reg.RBX, Reg.RCX, Reg.RDI, Reg.RSI, Reg.R8, Reg.R9, Reg.R10, Reg.R11],
  floatArguments: 15,
  registerAbi: 17,
  gInRegister: 17,
  callBytes: 8,
  clobbered: ALL & ~KEPT,
  // Up to Go 1.20 the barrier keeps all; gcWriteBarrierN returns the buffer in R11 (asm_amd64.s, Go 1.21 to 1.27).
  barrierClobbers: 1 << Reg.R11,
  // duff_amd64.s: DI (and SI for the copy) advance.
  duffClobbers: (1 << Reg.RDI) | (1 << Reg.RSI),
  barrierBuffer: Reg.R11,
  // gcWriteBarrier (AX), gcWriteBarrierCX, …: asm_amd64.s of Go 1.20
  barrierStores: {
    "": Reg.RAX,
    CX: Reg.RCX,
    DX: Reg.RDX,
    BX: Reg.RBX,
    BP: Reg.RBP,
    SI: Reg.RSI,
    R8: Reg.R8,
    R9: Reg.R9,
  },
  barrierTarget: Reg.RDI,
  blockCopy: { to: Reg.RDI, from: Reg.RSI },
  zeroVector: 15,
  probeOf,
  scan: (text, start) => new TextScan(text, start),
  calledBehind: (text, start, pc) => calledAt(text, start, pc + LEA_LENGTH),
  scanForUses,
  mayCall,
};
