export interface Hit {
  /** Static address of the instruction. */
  pc: number;
  /** Static address that it refers to. */
  target: number;
}

const LEA = 0x8d;
const LOAD = 0x8b;

/**
 * Finds `LEA r64, [RIP + x]` whose target is in `targets`, without decoding: REX.W (48 or 4C), 8D, ModRM with mod 00 and
 * r/m 101. `text` lies at static address `start`. May find byte sequences inside other instructions; the decoder tells.
 * Source: Intel SDM volume 2, 2.2.1.6.
 */
export function scanForLea(text: Uint8Array, start: number, targets: ReadonlySet<number>): Hit[] {
  return scan(text, start, targets, LEA);
}

/** As `scanForLea`, for `MOV r64, [RIP + x]`. */
export function scanForLoad(text: Uint8Array, start: number, targets: ReadonlySet<number>): Hit[] {
  return scan(text, start, targets, LOAD);
}

function scan(text: Uint8Array, start: number, targets: ReadonlySet<number>, opcode: number): Hit[] {
  const hits: Hit[] = [];
  if (targets.size === 0) return hits;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    if (target < low) low = target;
    if (target > high) high = target;
  }
  const end = text.length - 5;
  for (let at = 1; at < end; at++) {
    if (text[at] !== opcode || (text[at + 1]! & 0xc7) !== 5 || (text[at - 1]! & 0xfb) !== 0x48) continue;
    const displacement = text[at + 2]! | (text[at + 3]! << 8) | (text[at + 4]! << 16) | (text[at + 5]! << 24);
    const target = start + at + 6 + displacement;
    if (target >= low && target <= high && targets.has(target)) hits.push({ pc: start + at - 1, target });
  }
  return hits;
}
