import { amd64 } from "./amd64.ts";
import { arm64 } from "./arm64.ts";
import type { Code } from "./code.ts";
import type { Probe } from "./probeable.ts";
import type { Hit } from "./scan.ts";

/** What an architecture's code is made of, as Go uses it: all that differs between the two, for those who read `Code`. */
export interface Isa {
  readonly arch: "amd64" | "arm64";
  /** General registers, from 0. */
  readonly registers: number;
  /** Vector registers, from `GENERAL`. */
  readonly vectors: number;
  readonly sp: number;
  /** The frame pointer. */
  readonly fp: number;
  /** Holds the running goroutine's runtime.g. */
  readonly g: number;
  /** Holds the return address at a function's entry; `Reg.NONE` where that is on the stack. */
  readonly link: number;
  /** Integer argument and result registers of ABIInternal, in order. */
  readonly arguments: readonly number[];
  /** How many registers there are for arguments that are floating-point numbers. */
  readonly floatArguments: number;
  /** The first Go 1.N whose functions pass arguments and results in registers; before, on the stack. */
  readonly registerAbi: number;
  /** The first Go 1.N that keeps g in its register. */
  readonly gInRegister: number;
  /** Bytes that a call pushes and a return pops: the return address, or nothing. */
  readonly callBytes: number;
  /** Mask of the registers whose values don't survive a call. */
  readonly clobbered: number;
  /** The same of runtime.gcWriteBarrier, and of runtime.duffzero and duffcopy. */
  readonly barrierClobbers: number;
  readonly duffClobbers: number;
  /** Where runtime.gcWriteBarrierN of Go 1.21 and newer leaves the address of its buffer. */
  readonly barrierBuffer: number;
  /**
   * Go up to 1.20 stores by a call of runtime.gcWriteBarrier, which writes a register to where another points. The registers
   * written, by what follows the name.
   */
  readonly barrierStores: Readonly<Record<string, number>>;
  readonly barrierTarget: number;
  /** Registers with the addresses that runtime.duffcopy copies to and from. */
  readonly blockCopy: { readonly to: number; readonly from: number };
  /** The vector register that is 0 in all Go code, or -1. */
  readonly zeroVector: number;
  /** How the kernel runs the probed instruction that is exactly the bytes [from, to). */
  probeOf(bytes: Uint8Array, from?: number, to?: number): Probe;
  /** What refers to addresses in `text`, which lies at `start`. */
  scan(text: Uint8Array, start: number): AddressScan;
  /**
   * Static address of the function that is called right behind the instruction at `pc`, a hit of `AddressScan.leas`, with nothing but
   * padding and constants between; -1 for anything else. `text` lies at static address `start`.
   */
  calledBehind(text: Uint8Array, start: number, pc: number): number;
  /** What `text` does with the variables in [low, high): more than there is, never less. */
  scanForUses(text: Uint8Array, start: number, low: number, high: number, take: TakeUse): void;
  /** False only if the function `bytes`, which lies at `start`, has no direct call of one of `entries`. */
  mayCall(bytes: Uint8Array, start: number, entries: ReadonlySet<number>): boolean;
}

/** Finds references without decoding: more than there are, never less. */
export interface AddressScan {
  /** Instructions that may materialise an address of `targets`, by address. */
  leas(targets: ReadonlySet<number>): Hit[];
  /** Those that may load the 8 bytes at one of `targets`. */
  loads(targets: ReadonlySet<number>): Hit[];
  /** Does ahead what isn't about any targets. */
  prepare(): void;
  /** Frees what is kept between calls. */
  forget(): void;
}

/** What code does with a variable: stores to it, or takes its address. Loads, by far the most, are of no interest. */
export type Used = "stores" | "taken";
/** `pc` is inside the instruction. */
export type TakeUse = (used: Used, target: number, pc: number) => void;

/** Decodes functions; holds scratch space, so that one is made for many functions, then freed. */
export interface Decodes {
  /**
   * Decodes `bytes` that lie at static address `start`. Undecodable bytes become rows with flow TRAP.
   * Throws RangeError above 16 MiB.
   */
  decode(bytes: Uint8Array, start: number): Code;
  /** As `decode`, for a result that is done with before this decoder decodes again: its columns are used then. */
  decodeForNow(bytes: Uint8Array, start: number): Code;
  free(): void;
}

export const isaOf = (arch: Isa["arch"]): Isa => (arch === "amd64" ? amd64 : arm64);
