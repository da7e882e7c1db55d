import type { TakeUse } from "./isa.ts";
import { ripOperands } from "./rip-operands.ts";

/** Opcodes (one-byte map) whose RIP-relative operand is only read. Intel SDM volume 2, appendix A. */
const LOADS = tableOf([
  0x03, 0x0b, 0x13, 0x1b, 0x23, 0x2b, 0x33, 0x38, 0x39, 0x3a, 0x3b, 0x63, 0x69, 0x6b, 0x84, 0x85, 0x8a, 0x8b,
]);
/** The same in the 0F map. */
const LOADS_0F = tableOf([
  0x10, 0x12, 0x14, 0x16, 0x28, 0x2a, 0x2c, 0x2d, 0x2e, 0x2f, 0x51, 0x54, 0x57, 0x58, 0x59, 0x5c, 0x5e, 0x6e,
  0x6f, 0xaf, 0xb6, 0xb7, 0xb8, 0xbc, 0xbd, 0xbe, 0xbf, 0xef,
]);
/** Opcodes with the operation in the ModRM byte: [opcode, values of its reg field that only read]. */
const LOAD_GROUPS = new Map<number, readonly number[]>([
  [0x80, [7]],
  [0x81, [7]],
  [0x83, [7]],
  [0xf6, [0, 1, 4, 5, 6, 7]],
  [0xf7, [0, 1, 4, 5, 6, 7]],
  [0xff, [2, 4, 6]],
]);
const LEA = 0x8d;
/**
 * Uses of the variables in [low, high) by RIP-relative operands of x86-64 code, which lies at `start`; the pc is inside the
 * instruction. Where an immediate of 1, 2 or 4 bytes follows the displacement, the operand is that much further.
 */
export function scanForUses(code: Uint8Array, start: number, low: number, high: number, take: TakeUse): void {
  const last = code.length - 5;
  const operands = ripOperands(code);
  for (let k = 0; k < operands.length; k++) {
    const i = operands[k]!;
    if (i < 1 || i > last) continue;
    const displacement = code[i + 1]! | (code[i + 2]! << 8) | (code[i + 3]! << 16) | (code[i + 4]! << 24);
    const target = start + i + 5 + displacement;
    if (target < low - 4 || target >= high) continue;
    const opcode = code[i - 1]!;
    const wide = i >= 2 && code[i - 2] === 0x0f;
    const pc = start + i;
    if (opcode === LEA && !wide) take("taken", target, pc);
    else if (!onlyReads(opcode, (code[i]! >> 3) & 7, wide)) take("stores", target, pc);
  }
}

function onlyReads(opcode: number, operation: number, wide: boolean): boolean {
  if (wide) return LOADS_0F[opcode] === 1;
  return LOADS[opcode] === 1 || (LOAD_GROUPS.get(opcode)?.includes(operation) ?? false);
}

function tableOf(opcodes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const opcode of opcodes) table[opcode] = 1;
  return table;
}
