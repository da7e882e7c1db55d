import type { Arm64Disassembler } from "./arm64-decoder.ts";
import { ASSEMBLER, Known, SCRATCH, SP } from "./arm64-registers.ts";
import { orZero, placeAt, Sets, ZERO } from "./arm64-rows.ts";
import { bits, CONDITIONS } from "./arm64-words.ts";
import { Mnemonic } from "./mnemonic.ts";

/** Registers by number, 31 as the instruction means it. */
interface Operands {
  to: number;
  a: number;
  b: number;
  /** Bytes. */
  width: number;
}

/** Data processing with registers. */
export function registerWord(decoder: Arm64Disassembler, word: number): void {
  const { rows } = decoder;
  const operands = {
    to: bits(word, 0, 4),
    a: bits(word, 5, 9),
    b: bits(word, 16, 20),
    width: word < 0 ? 8 : 4,
  };
  const { to, a, b, width } = operands;
  if (bits(word, 28, 28) === 0) {
    if (bits(word, 24, 24) === 0) return logic(decoder, word, operands);
    return bits(word, 21, 21) === 0 ? add(decoder, word, operands) : addExtended(decoder, word, operands);
  }
  if (bits(word, 24, 24) === 1) {
    // MADD with the zero register: MUL
    const isMul = bits(word, 21, 23) === 0 && bits(word, 15, 15) === 0 && bits(word, 10, 14) === 31;
    if (isMul && to !== 31 && a !== 31 && b !== 31)
      return void rows.operation(Mnemonic.Imul, to, a, b, width, Sets.OTHERWISE, true);
    return decoder.computes(to, [a, b, bits(word, 10, 14)]);
  }
  switch (bits(word, 21, 23)) {
    case 2: // CCMP, CCMN: the flags are those of the comparison or given ones
      return bits(word, 11, 11)
        ? rows.compareNumber(Mnemonic.Cmp, orZero(a), b, 0, width, Sets.OTHERWISE)
        : rows.compare(Mnemonic.Cmp, orZero(a), orZero(b), width, Sets.OTHERWISE);
    case 4:
      return select(decoder, word, operands);
    case 6: {
      const mnemonic = [Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar][bits(word, 10, 15) - 8];
      const isShift = bits(word, 30, 30) === 0 && mnemonic !== undefined && a !== 31 && b !== 31;
      if (isShift && rows.operation(mnemonic, to === 31 ? ZERO : to, a, b, width, Sets.OTHERWISE, false))
        return;
      return decoder.computes(to, [a, b]);
    }
    default:
      return decoder.computes(to, [a, b]);
  }
}

function logic(decoder: Arm64Disassembler, word: number, { to, a, b, width }: Operands): void {
  const { rows } = decoder;
  const operation = bits(word, 29, 30);
  const inverts = bits(word, 21, 21) === 1;
  const plain = bits(word, 10, 15) === 0 && bits(word, 22, 23) === 0 && !inverts;
  const sets = operation === 3 ? Sets.ALMOST : Sets.OTHERWISE;
  if (operation === 3 && to === 31) {
    const other = inverts ? null : shifted(decoder, word, b, width);
    return rows.compare(Mnemonic.Test, orZero(a), other, width, Sets.ALMOST);
  }
  if (to === 31) return rows.nothing();
  if (operation === 1 && a === 31 && plain) {
    if (b === 31) return decoder.zero(to, width);
    if (decoder.known(b) !== Known.NOTHING)
      decoder.note(to, decoder.known(b), decoder.value(b), decoder.low(b), decoder.high(b));
    return rows.move(to, b, width);
  }
  const other = inverts || a === 31 || b === 31 ? null : shifted(decoder, word, b, width);
  if (other === null) return decoder.computes(to, [a, b]);
  const mnemonic = [Mnemonic.And, Mnemonic.Or, Mnemonic.Xor, Mnemonic.And][operation]!;
  rows.operation(mnemonic, to, a, other, width, sets, true);
}

/** The register with the second operand, shifted if the word says so; null for a rotation. */
function shifted(decoder: Arm64Disassembler, word: number, register: number, width: number): number | null {
  const mnemonic = [Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar][bits(word, 22, 23)];
  const by = bits(word, 10, 15);
  if (by === 0 || register === 31) return orZero(register);
  if (mnemonic === undefined) return null;
  decoder.rows.operationNumber(mnemonic, SCRATCH, register, by, 0, width, Sets.OTHERWISE);
  return SCRATCH;
}

/** ADD and SUB of registers, the second perhaps shifted. */
function add(decoder: Arm64Disassembler, word: number, { to, a, b, width }: Operands): void {
  const { rows } = decoder;
  // by 0 is none, in whichever direction
  const by = bits(word, 10, 15);
  const shift = by === 0 || bits(word, 22, 23) === 0 ? by : -1;
  const subtracts = bits(word, 30, 30) === 1;
  if (bits(word, 29, 29)) {
    const mnemonic = subtracts ? Mnemonic.Sub : Mnemonic.Add;
    const sets = subtracts ? Sets.SAME : Sets.ALMOST;
    if (to === 31) {
      const other = subtracts && a !== 31 ? shifted(decoder, word, b, width) : null;
      return rows.compare(Mnemonic.Cmp, orZero(a), other, width, Sets.SAME);
    }
    if (shift !== 0 || a === 31 || b === 31 || !rows.operation(mnemonic, to, a, b, width, sets, !subtracts))
      decoder.computes(to, [a, b]);
    return;
  }
  if (to === 31) return rows.nothing();
  if (b === 31) return rows.move(to, orZero(a), width);
  if (!subtracts) {
    if (a === 31 && shift === 0) return rows.move(to, b, width);
    if (shift < 0 || shift > 7) {
      const other = a === 31 ? null : shifted(decoder, word, b, width);
      return other === null ? decoder.computes(to, [a, b]) : rows.address(to, placeAt(a, 0, other), width);
    }
    if (a === 31) return decoder.computes(to, [a, b]);
    if (shift === 0 && b === ASSEMBLER && decoder.known(b) === Known.NUMBER)
      return rows.address(to, placeAt(a, decoder.value(b)), width);
    return rows.address(to, placeAt(a, 0, b, 1 << shift), width);
  }
  if (shift !== 0) {
    const other = a === 31 ? null : shifted(decoder, word, b, width);
    if (other === null) return decoder.computes(to, [a, b]);
    rows.operation(Mnemonic.Sub, to, a, other, width, Sets.OTHERWISE, false);
    return;
  }
  if (a === 31 || to === b) {
    if (a === b) return decoder.zero(to, width);
    if (to !== b) rows.move(to, b, width);
    const n = rows.add(Mnemonic.Neg, Sets.OTHERWISE);
    rows.operand(n, 0, to, width, true, true);
    if (a !== 31) rows.address(to, placeAt(a, 0, to, 1), width);
    return;
  }
  rows.operation(Mnemonic.Sub, to, a, b, width, Sets.OTHERWISE, false);
}

/** The same with an extended second register; here 31 is SP. */
function addExtended(decoder: Arm64Disassembler, word: number, { to, a, b, width }: Operands): void {
  const { rows } = decoder;
  const subtracts = bits(word, 30, 30) === 1;
  const whole = bits(word, 13, 15) === (width === 8 ? 3 : 2) && bits(word, 22, 23) === 0 && b !== 31;
  const shift = bits(word, 10, 12);
  if (bits(word, 29, 29)) {
    const plain = subtracts && whole && shift === 0;
    if (to === 31) return rows.compare(Mnemonic.Cmp, a, plain ? b : null, width, Sets.SAME);
    return rows.other(1 << to, (1 << a) | (b === 31 ? 0 : 1 << b));
  }
  const isNumber = whole && shift === 0 && width === 8 && decoder.known(b) === Known.NUMBER;
  const by = isNumber ? (subtracts ? -decoder.value(b) : decoder.value(b)) : 0;
  if (to === SP && isNumber) return decoder.setStack(a, by);
  if (to !== SP && isNumber) {
    rows.address(to, placeAt(a, by), width);
    if (a === SP) decoder.note(to, Known.FRAME, by);
    return;
  }
  if (to !== SP && whole && !subtracts) return rows.address(to, placeAt(a, 0, b, 1 << shift), width);
  rows.other(1 << to, (1 << a) | (b === 31 ? 0 : 1 << b));
}

/** CSEL, CSINC, CSINV, CSNEG. */
function select(decoder: Arm64Disassembler, word: number, { to, a, b, width }: Operands): void {
  const { rows } = decoder;
  const condition = CONDITIONS[bits(word, 12, 15)];
  const variant = bits(word, 30, 30) * 2 + bits(word, 10, 10);
  if (to === 31) return rows.nothing();
  if (!condition || variant > 1 || bits(word, 11, 11)) return decoder.computes(to, [a, b]);
  if (variant === 1) {
    if (a !== 31 || b !== 31) return decoder.computes(to, [a, b]);
    // CSET: 1 where the condition doesn't hold
    const opposite = CONDITIONS[bits(word, 12, 15) ^ 1]!;
    const n = rows.add(opposite.set);
    rows.operand(n, 0, to, width, false, true);
    rows.rows.condition[n] = opposite.code;
    return;
  }
  const choose = (number: number, from: number) => {
    const taken = CONDITIONS[number]!;
    let source = from;
    if (from === 31) {
      rows.constant(SCRATCH, 0, 0, width);
      source = SCRATCH;
    }
    const n = rows.add(taken.move);
    rows.operand(n, 0, to, width, true, true);
    rows.operand(n, 1, source, width, true);
    rows.rows.condition[n] = taken.code;
  };
  if (to === a) return choose(bits(word, 12, 15) ^ 1, b);
  if (to !== b) rows.move(to, orZero(b), width);
  choose(bits(word, 12, 15), a);
}
