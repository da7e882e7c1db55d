import { Register } from "iced-x86";

/** Numbers below this are general registers; those from here on are vector registers. */
export const GENERAL = 32;

/**
 * Registers in the encoding order of the architecture's ABI, as on the wire. Those named here are x86-64's; on arm64, X0 to X30
 * are 0 to 30, SP is 31 and V0 to V31 are 32 to 63. What has the same part in Go on both is in `Isa`.
 */
export const Reg = {
  RAX: 0,
  RCX: 1,
  RDX: 2,
  RBX: 3,
  RSP: 4,
  RBP: 5,
  RSI: 6,
  RDI: 7,
  R8: 8,
  R9: 9,
  R10: 10,
  R11: 11,
  R12: 12,
  R13: 13,
  R14: 14,
  R15: 15,
  /** XMM0 to XMM15 (also as YMM and ZMM) are 32 to 47. */
  XMM0: GENERAL,
  /** As the base of a memory operand, on either architecture: the displacement is an absolute static address. */
  RIP: 254,
  NONE: 255,
} as const;

const NUMBERS = new Uint8Array(256).fill(Reg.NONE);
const WIDTHS = new Uint8Array(256);

const run = (first: Register, count: number, number: number, width: number) => {
  for (let i = 0; i < count; i++) {
    NUMBERS[first + i] = number + i;
    WIDTHS[first + i] = width;
  }
};
run(Register.AL, 4, Reg.RAX, 1);
run(Register.AH, 4, Reg.RAX, 1);
run(Register.SPL, 4, Reg.RSP, 1);
run(Register.R8L, 8, Reg.R8, 1);
run(Register.AX, 16, Reg.RAX, 2);
run(Register.EAX, 16, Reg.RAX, 4);
run(Register.RAX, 16, Reg.RAX, 8);
run(Register.XMM0, 16, Reg.XMM0, 16);
run(Register.YMM0, 16, Reg.XMM0, 32);
run(Register.ZMM0, 16, Reg.XMM0, 64);
NUMBERS[Register.RIP] = Reg.RIP;

/** Our number of an iced register: the whole register that holds a partial one; `Reg.NONE` for segment, mask, … */
export const registerNumber = (register: Register): number => NUMBERS[register] ?? Reg.NONE;

/** Bytes of an iced register, 0 for those without a number. */
export const registerWidth = (register: Register): number => WIDTHS[register] ?? 0;
