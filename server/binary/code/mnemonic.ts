import { Mnemonic as Iced } from "iced-x86";

/**
 * iced's numbers of the instructions that are known by name here. Not iced's own object: with its 1,800 names it is a
 * dictionary for V8, in which each is looked up anew whenever an instruction is compared with it.
 */
export const Mnemonic = {
  Add: Iced.Add,
  And: Iced.And,
  Bt: Iced.Bt,
  Call: Iced.Call,
  Cmove: Iced.Cmove,
  Cmovne: Iced.Cmovne,
  Cmp: Iced.Cmp,
  Db: Iced.Db,
  Dec: Iced.Dec,
  Endbr64: Iced.Endbr64,
  Hlt: Iced.Hlt,
  INVALID: Iced.INVALID,
  Imul: Iced.Imul,
  Inc: Iced.Inc,
  Ja: Iced.Ja,
  Jae: Iced.Jae,
  Jb: Iced.Jb,
  Jbe: Iced.Jbe,
  Je: Iced.Je,
  Jg: Iced.Jg,
  Jge: Iced.Jge,
  Jl: Iced.Jl,
  Jle: Iced.Jle,
  Jmp: Iced.Jmp,
  Jne: Iced.Jne,
  Jno: Iced.Jno,
  Jns: Iced.Jns,
  Jo: Iced.Jo,
  Jrcxz: Iced.Jrcxz,
  Js: Iced.Js,
  Lea: Iced.Lea,
  Mov: Iced.Mov,
  Movaps: Iced.Movaps,
  Movd: Iced.Movd,
  Movdqa: Iced.Movdqa,
  Movdqu: Iced.Movdqu,
  Movq: Iced.Movq,
  Movsd: Iced.Movsd,
  Movsq: Iced.Movsq,
  Movss: Iced.Movss,
  Movsx: Iced.Movsx,
  Movsxd: Iced.Movsxd,
  Movups: Iced.Movups,
  Movzx: Iced.Movzx,
  Neg: Iced.Neg,
  Nop: Iced.Nop,
  Not: Iced.Not,
  Or: Iced.Or,
  Pause: Iced.Pause,
  Pop: Iced.Pop,
  Prefetcht0: Iced.Prefetcht0,
  Push: Iced.Push,
  Pxor: Iced.Pxor,
  Ret: Iced.Ret,
  Sar: Iced.Sar,
  Shl: Iced.Shl,
  Shr: Iced.Shr,
  Stosq: Iced.Stosq,
  Sub: Iced.Sub,
  Syscall: Iced.Syscall,
  Test: Iced.Test,
  Ucomisd: Iced.Ucomisd,
  Xchg: Iced.Xchg,
  Xor: Iced.Xor,
  Xorps: Iced.Xorps,
} as const;

/** iced's name of an instruction. */
export const mnemonicName = (mnemonic: number): string => Iced[mnemonic] ?? "";

/** All instructions whose names begin like that. */
export function mnemonicsFrom(prefix: string): number[] {
  return Object.entries(Iced).flatMap(([name, number]) =>
    name.startsWith(prefix) && typeof number === "number" ? [number] : [],
  );
}
