import type { Arm64Disassembler } from "./arm64-decoder.ts";
import { Known, SP } from "./arm64-registers.ts";
import { orZero, placeAt, Sets } from "./arm64-rows.ts";
import { isAdrp, pageOf } from "./arm64-scan.ts";
import { bitmask, bits } from "./arm64-words.ts";
import { Mnemonic } from "./mnemonic.ts";
import { Reg } from "./registers.ts";

/** Data processing with an immediate. */
export function immediateWord(decoder: Arm64Disassembler, word: number, pc: number): void {
  const to = bits(word, 0, 4);
  const width = word < 0 ? 8 : 4;
  const { rows } = decoder;
  switch (bits(word, 23, 25)) {
    case 0:
    case 1: {
      const low = (bits(word, 5, 23) << 2) | bits(word, 29, 30);
      const address = isAdrp(word) ? pageOf(word, pc) : pc + ((low << 11) >> 11);
      rows.address(orZero(to), placeAt(Reg.RIP, address), 8);
      return decoder.note(to, Known.STATIC, address);
    }
    case 2:
      return addNumber(decoder, word, to, width);
    case 4:
      return logicNumber(decoder, word, to, width);
    case 5:
      return moveWide(decoder, word, to, width);
    case 6:
      return bitfield(decoder, word, to, width);
    case 7: // EXTR
      return decoder.computes(to, [bits(word, 5, 9), bits(word, 16, 20)]);
    default: // ADDG and the like; MIN and MAX with an immediate
      return decoder.computes(to, [bits(word, 5, 9)], Sets.OTHERWISE);
  }
}

function addNumber(decoder: Arm64Disassembler, word: number, to: number, width: number): void {
  const { rows } = decoder;
  const from = bits(word, 5, 9);
  const size = bits(word, 10, 21) * (bits(word, 22, 22) ? 4096 : 1);
  const subtracts = bits(word, 30, 30) === 1;
  const by = subtracts ? -size : size;
  if (bits(word, 29, 29)) {
    if (to !== 31)
      return rows.operationNumber(
        subtracts ? Mnemonic.Sub : Mnemonic.Add,
        to,
        from,
        size,
        0,
        width,
        subtracts ? Sets.SAME : Sets.ALMOST,
      );
    if (size === 0 && subtracts && from !== SP)
      return rows.compare(Mnemonic.Test, from, from, width, Sets.SAME);
    return rows.compareNumber(
      Mnemonic.Cmp,
      from,
      -by | 0,
      -by < 0 ? -1 : 0,
      width,
      size === 0 && !subtracts ? Sets.ALMOST : Sets.SAME,
    );
  }
  if (width === 4 && (to === SP || from === SP)) return decoder.computes(to, [from]);
  if (to === SP) return decoder.setStack(from, by);
  if (width === 4) return size === 0 ? rows.move(to, from, 4) : rows.address(to, placeAt(from, by), 4);
  const kind = from === SP ? Known.FRAME : decoder.known(from);
  const known = from === SP ? 0 : decoder.value(from);
  if (kind === Known.STATIC) rows.address(to, placeAt(Reg.RIP, known + by), 8);
  else if (kind === Known.FRAME) rows.address(to, placeAt(SP, known + by), 8);
  else return by === 0 ? rows.move(to, from, 8) : rows.address(to, placeAt(from, by), 8);
  decoder.note(to, kind, known + by);
}

function logicNumber(decoder: Arm64Disassembler, word: number, to: number, width: number): void {
  const { rows } = decoder;
  const from = bits(word, 5, 9);
  const mask = bitmask(bits(word, 22, 22), bits(word, 16, 21), bits(word, 10, 15), width === 8);
  const operation = bits(word, 29, 30);
  if (!mask) return rows.trap();
  if (to === 31 && operation !== 3) return rows.other(1 << SP, from === 31 ? 0 : 1 << from);
  if (from === 31) {
    if (operation !== 1 && operation !== 2) return decoder.computes(to, [], Sets.OTHERWISE);
    rows.constant(to, mask.low, mask.high, width);
    return decoder.noteNumber(to, mask.low, mask.high);
  }
  if (operation === 3 && to === 31)
    return rows.compareNumber(Mnemonic.Test, from, mask.low, mask.high, width, Sets.ALMOST);
  const bytes =
    mask.high === 0 ? (mask.low === 0xff ? 1 : mask.low === 0xffff ? 2 : mask.low === -1 ? 4 : 0) : 0;
  if (operation === 0 && bytes > 0) return extend(decoder, Mnemonic.Movzx, to, from, width, bytes);
  const mnemonic = [Mnemonic.And, Mnemonic.Or, Mnemonic.Xor, Mnemonic.And][operation]!;
  rows.operationNumber(
    mnemonic,
    to,
    from,
    mask.low,
    mask.high,
    width,
    operation === 3 ? Sets.ALMOST : Sets.OTHERWISE,
  );
}

/** The low `bytes` of a register, extended. */
function extend(
  decoder: Arm64Disassembler,
  mnemonic: number,
  to: number,
  from: number,
  width: number,
  bytes: number,
): void {
  if (to === 31) return decoder.rows.nothing();
  const n = decoder.rows.add(mnemonic);
  decoder.rows.operand(n, 0, to, width, false, true);
  decoder.rows.operand(n, 1, orZero(from), bytes, true);
}

function moveWide(decoder: Arm64Disassembler, word: number, to: number, width: number): void {
  const half = bits(word, 5, 20);
  const shift = bits(word, 21, 22) * 16;
  const operation = bits(word, 29, 30);
  let low = shift < 32 ? half << shift : 0;
  let high = shift < 32 ? 0 : half << (shift - 32);
  if (operation === 3) {
    // MOVK puts its half into what the instruction before it left
    if (decoder.known(to, 1) !== Known.NUMBER) return decoder.computes(to, [to]);
    const keep = ~(0xffff << (shift & 31));
    low |= shift < 32 ? decoder.low(to) & keep : decoder.low(to);
    high |= shift < 32 ? decoder.high(to) : decoder.high(to) & keep;
  } else if (operation === 0) {
    low = ~low;
    high = width === 8 ? ~high : 0;
  } else if (operation !== 2) return decoder.rows.trap();
  decoder.rows.constant(orZero(to), low, high, width);
  decoder.noteNumber(to, low, high);
}

function bitfield(decoder: Arm64Disassembler, word: number, to: number, width: number): void {
  const { rows } = decoder;
  const from = bits(word, 5, 9);
  const rotation = bits(word, 16, 21);
  const top = bits(word, 10, 15);
  const operation = bits(word, 29, 30);
  const last = width * 8 - 1;
  if (to === 31) return rows.nothing();
  if (operation === 1 || operation === 3 || from === 31) return decoder.computes(to, [from, to]);
  const isSigned = operation === 0;
  const by = (mnemonic: number, count: number, source: number) =>
    rows.operationNumber(mnemonic, to, source, count, 0, width, Sets.OTHERWISE);
  if (top === last && rotation === 0) return rows.move(to, from, width);
  if (top === last) return by(isSigned ? Mnemonic.Sar : Mnemonic.Shr, rotation, from);
  const places = top + 1; // bits that are kept
  const bytes = places === 8 ? 1 : places === 16 ? 2 : places === 32 ? 4 : 0;
  if (rotation === 0 && bytes > 0) {
    const signing = bytes === 4 ? Mnemonic.Movsxd : Mnemonic.Movsx;
    return extend(decoder, isSigned ? signing : Mnemonic.Movzx, to, from, width, bytes);
  }
  if (top < rotation) {
    const count = last + 1 - rotation;
    if (!isSigned && places === rotation) return by(Mnemonic.Shl, count, from);
    if (bytes === 0) return decoder.computes(to, [from]);
    extend(
      decoder,
      isSigned ? (bytes === 4 ? Mnemonic.Movsxd : Mnemonic.Movsx) : Mnemonic.Movzx,
      to,
      from,
      width,
      bytes,
    );
    return by(Mnemonic.Shl, count, to);
  }
  if (isSigned) return decoder.computes(to, [from]);
  const mask = (1n << BigInt(places - rotation)) - 1n;
  if (rotation > 0) by(Mnemonic.Shr, rotation, from);
  rows.operationNumber(
    Mnemonic.And,
    to,
    rotation > 0 ? to : from,
    Number(BigInt.asIntN(32, mask)),
    Number(mask >> 32n),
    width,
    Sets.OTHERWISE,
  );
}
