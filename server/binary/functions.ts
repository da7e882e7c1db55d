import { cString, hex } from "./bytes.ts";
import type { ElfImage } from "./image.ts";
import { InlineTrees } from "./inline-tree.ts";
import { BinaryError, type FunctionTable, type SourceFrame } from "./model.ts";
import { type Module, textAddress } from "./moduledata.ts";
import { PcValueReader } from "./pc-values.ts";

/** Indices in a _func's tables (internal/abi/symtab.go, funcdata.h before). */
const FUNCDATA_STACK_OBJECTS = 2;
const FUNCDATA_INLTREE = 3;
const FUNCDATA_OPEN_CODED_DEFER_INFO = 4;
const PCDATA_INLTREE = 2;
/**
 * Inlined calls in package initialisers have parent pc 0 where the compiler kept no instruction for the call; in some
 * (three in caddy 2.11) that leads back to the same call. Real nesting stays far below this.
 */
const MAX_INLINE_DEPTH = 64;
/** Functions that initialise packages: `pkg.init`, `pkg.init.0` (cmd/compile/internal/pkginit). */
const INIT = /\.init(\.\d+)?$/;
/** No function has as many. */
const MAX_STACK_OBJECTS = 100_000;
const UNKNOWN = { file: "?", line: 0 };
/** internal/abi, ArgsSizeUnknown: of assembly that doesn't say it. */
const ARGS_UNKNOWN = 0x80000000;

/** Bytes of a name that tell its chain, and chains: a power of two. */
const START = 12;
const CHAINS = 1 << 12;
/** The first function of each chain, and the next one of each function's; -1: none. */
interface Chains {
  heads: Int32Array;
  next: Int32Array;
}

/** The fields of runtime._func that we read; offsets are in `pctab` unless said otherwise. */
interface Func {
  /** In funcnametab. */
  name: number;
  /** Bytes of arguments, results and room for spilled ones in the caller's frame. */
  args: number;
  pcsp: number;
  pcfile: number;
  pcln: number;
  /** First entry of the function's compilation unit in cutab. */
  unit: number;
  /** Table of the index into the inline tree, 0 if nothing is inlined. */
  inlineIndex: number;
  /** Static address of the inline tree, 0 if none. */
  inlineTree: number;
  /** Static addresses of what is said of variables whose address is taken, and of open-coded defers; 0 if nothing is. */
  stackObjects: number;
  openDefers: number;
}

/** The function table of a module: two numbers a function are kept; all else is decoded when asked for. */
export class Functions implements FunctionTable {
  readonly count: number;
  readonly #entries: Float64Array;
  readonly #offsets: Uint32Array;
  readonly #image: ElfImage;
  readonly #module: Module;
  readonly #table: DataView;
  readonly #names: Uint8Array;
  readonly #pcValues: PcValueReader;
  readonly #inlineTrees: InlineTrees;
  /** The record read last: questions come in runs about one function. */
  #last = -1;
  #lastFunc: Func | null = null;
  #chains: Chains | null = null;

  constructor(image: ElfImage, module: Module) {
    const empty = new Uint8Array();
    const table = image.bytes(module.pclntable.address, module.pclntable.length) ?? empty;
    this.#image = image;
    this.#module = module;
    this.#table = new DataView(table.buffer, table.byteOffset, table.byteLength);
    this.#names = image.bytes(module.funcnametab.address, module.funcnametab.length) ?? empty;
    const pctab = image.bytes(module.pctab.address, module.pctab.length) ?? empty;
    this.#pcValues = new PcValueReader(pctab, module.header.quantum);
    this.#inlineTrees = new InlineTrees(image, module.layout.inlinedCall);
    this.count = module.header.functions;
    this.#entries = new Float64Array(this.count + 1);
    this.#offsets = new Uint32Array(this.count + 1);
    const wide = module.layout.ftabEntry === 16;
    for (let i = 0; i <= this.count; i++) {
      const at = i * module.layout.ftabEntry;
      const low = this.#table.getUint32(at, true);
      this.#entries[i] = wide
        ? low + this.#table.getUint32(at + 4, true) * 0x100000000
        : textAddress(module, low);
      this.#offsets[i] = this.#table.getUint32(at + (wide ? 8 : 4), true);
    }
  }

  find(pc: number): number {
    const entries = this.#entries;
    if (!(pc >= entries[0]! && pc < entries[this.count]!)) return -1;
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (entries[middle]! <= pc) low = middle;
      else high = middle;
    }
    return low;
  }

  entry(index: number): number {
    return this.#entries[index] ?? 0;
  }

  end(index: number): number {
    return this.#entries[index + 1] ?? 0;
  }

  name(index: number): string {
    return this.#nameAt(this.#nameOffset(index));
  }

  isPrefixed(index: number, prefix: Uint8Array): boolean {
    const at = this.#nameOffset(index);
    return at >= 0 && beginsAt(this.#names, at, prefix);
  }

  byName(name: string): number {
    return this.#lookUp(name);
  }

  inits(): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.count; i++) {
      const offset = this.#nameOffset(i);
      const end = offset < 0 ? -1 : this.#names.indexOf(0, offset);
      // a last letter t or digit: few names, so that only these become text
      const last = end > 0 ? this.#names[end - 1]! : 0;
      if ((last === 0x74 || (last >= 0x30 && last <= 0x39)) && INIT.test(this.#nameAt(offset))) found.push(i);
    }
    return found;
  }

  frames(pc: number): SourceFrame[] {
    const index = this.find(pc);
    const func = index < 0 ? null : this.#func(index);
    if (!func) return [];
    const frames: SourceFrame[] = [];
    const entered = new Set<number>();
    let offset = pc - this.entry(index);
    for (;;) {
      const call = this.#inlineIndex(func, offset);
      const inlined = call >= 0 && !entered.has(call) ? this.#inlineTrees.call(func.inlineTree, call) : null;
      if (!inlined || frames.length === MAX_INLINE_DEPTH) {
        // In a cycle the position belongs to a call inside, not to the function.
        const position = call < 0 ? this.#position(func, offset) : UNKNOWN;
        frames.push({ function: this.#nameAt(func.name), ...position, inlined: false });
        return frames;
      }
      entered.add(call);
      frames.push({ function: this.#nameAt(inlined.name), ...this.#position(func, offset), inlined: true });
      offset = inlined.parentPc;
    }
  }

  innermost(pc: number): string {
    const index = this.find(pc);
    const func = index < 0 ? null : this.#func(index);
    if (!func) return "";
    const call = this.#inlineIndex(func, pc - this.entry(index));
    const inlined = call < 0 ? null : this.#inlineTrees.call(func.inlineTree, call);
    return this.#nameAt((inlined ?? func).name);
  }

  inlinedCall(pc: number): number {
    const index = this.find(pc);
    const func = index < 0 ? null : this.#func(index);
    return func ? this.#inlineIndex(func, pc - this.entry(index)) : -1;
  }

  spDelta(pc: number): number | null {
    const index = this.find(pc);
    const func = index < 0 ? null : this.#func(index);
    return func && this.#pcValues.at(func.pcsp, pc - this.entry(index));
  }

  stackArguments(index: number): number | null {
    const func = this.#func(index);
    return func && func.args !== ARGS_UNKNOWN ? func.args : null;
  }

  /** A number, then records {off, size, ptrBytes int32; gcdataoff uint32} (runtime/stack.go, stackObjectRecord, Go 1.17 to 1.27). */
  stackObjects(index: number): { offset: number; size: number }[] {
    const address = this.#func(index)?.stackObjects ?? 0;
    const count = address === 0 || this.#module.layout.since < 17 ? 0 : (this.#image.u64(address) ?? 0);
    const records = count > MAX_STACK_OBJECTS ? null : this.#image.bytes(address + 8, count * 16);
    if (!records) return [];
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    return Array.from({ length: count }, (_, i) => ({
      offset: view.getInt32(i * 16, true),
      size: view.getInt32(i * 16 + 4, true),
    })).filter(({ offset }) => offset < 0);
  }

  openDefers(index: number): number {
    return this.#func(index)?.openDefers ?? 0;
  }

  /**
   * Throws BinaryError "bad-layout" if what the function's record leads to can't be right: its name, a frame of size 0
   * at its entry, an inline tree whose first call lies inside it.
   */
  check(index: number): void {
    const what = this.#damage(index);
    if (what === null) return;
    throw new BinaryError(
      "bad-layout",
      `${what} of function ${index} at ${hex(this.entry(index))} can't be read; the file is damaged or of a Go version that errscope doesn't know`,
    );
  }

  #damage(index: number): string | null {
    const func = this.#func(index);
    if (!func) return "the record";
    if (cString(this.#names, func.name) === null) return "the name";
    if ((this.#pcValues.at(func.pcsp, 0) ?? 0) !== 0) return "the frame size";
    if (!func.inlineTree) return null;
    const call = this.#inlineTrees.call(func.inlineTree, 0);
    const inside = call && call.parentPc >= 0 && call.parentPc < this.end(index) - this.entry(index);
    return inside && cString(this.#names, call.name) !== null ? null : "the inline tree";
  }

  #inlineIndex(func: Func, offset: number): number {
    return func.inlineTree ? (this.#pcValues.at(func.inlineIndex, offset) ?? -1) : -1;
  }

  /** Offset of the _func's second field, nameOff, in pclntable; the first is the entry, in the width of ftab's. */
  #fields(index: number): number {
    return this.#offsets[index]! + this.#module.layout.ftabEntry / 2;
  }

  #nameOffset(index: number): number {
    const at = index >= 0 && index < this.count ? this.#fields(index) : -1;
    return at >= 0 && at + 4 <= this.#table.byteLength ? this.#table.getUint32(at, true) : -1;
  }

  #nameAt(offset: number): string {
    return cString(this.#names, offset) ?? "";
  }

  /** runtime/runtime2.go, _func: fixed fields, then npcdata and nfuncdata 32-bit words (64-bit funcdata before 1.18). */
  #func(index: number): Func | null {
    if (index === this.#last) return this.#lastFunc;
    this.#last = index;
    this.#lastFunc = this.#readFunc(index);
    return this.#lastFunc;
  }

  #readFunc(index: number): Func | null {
    const { layout, data } = this.#module;
    const table = this.#table;
    const at = this.#fields(index);
    const tail = at + (layout.startLine ? 36 : 32);
    if (tail + 4 > table.byteLength) return null;
    const word = (offset: number) => table.getUint32(offset, true);
    const pcdataCount = word(at + 24);
    const funcdataCount = table.getUint8(tail + 3);
    const pcdata = tail + 4;
    let funcdata = pcdata + 4 * pcdataCount;
    const wide = layout.ftabEntry === 16;
    // Absolute pointers are aligned; pclntable itself is.
    if (wide) funcdata = Math.ceil(funcdata / 8) * 8;
    if (funcdata + funcdataCount * (wide ? 8 : 4) > table.byteLength) return null;
    const addressOf = (which: number): number => {
      if (funcdataCount <= which) return 0;
      if (wide) return this.#image.u64(this.#module.pclntable.address + funcdata + 8 * which) ?? 0;
      const offset = word(funcdata + 4 * which);
      return offset === 0xffffffff ? 0 : data.gofunc + offset;
    };
    return {
      name: word(at),
      args: word(at + 4),
      pcsp: word(at + 12),
      pcfile: word(at + 16),
      pcln: word(at + 20),
      unit: word(at + 28),
      inlineIndex: pcdataCount > PCDATA_INLTREE ? word(pcdata + 4 * PCDATA_INLTREE) : 0,
      inlineTree: addressOf(FUNCDATA_INLTREE),
      stackObjects: addressOf(FUNCDATA_STACK_OBJECTS),
      openDefers: addressOf(FUNCDATA_OPEN_CODED_DEFER_INFO),
    };
  }

  #position(func: Func, offset: number): { file: string; line: number } {
    const number = this.#pcValues.at(func.pcfile, offset);
    const line = this.#pcValues.at(func.pcln, offset);
    const file = number === null || number < 0 ? null : this.#file(func.unit + number);
    return file === null || line === null || line < 0 ? UNKNOWN : { file, line };
  }

  /** runtime/symtab.go, funcfile: cutab gives the offset in filetab of a compilation unit's nth file. */
  #file(index: number): string | null {
    const { cutab, filetab } = this.#module;
    if (index >= cutab.length) return null;
    const offset = this.#image.u32(cutab.address + 4 * index);
    if (offset === null || offset >= filetab.length) return null;
    const files = this.#image.bytes(filetab.address, filetab.length);
    return files && cString(files, offset);
  }

  /**
   * Where assembly calls Go, a wrapper bears the same name as the function (cmd/compile/internal/ssagen/abi.go): the
   * function that has a source file of its own wins.
   */
  #lookUp(name: string): number {
    const wanted = new TextEncoder().encode(name);
    this.#chains ??= this.#chainNames();
    const { heads, next } = this.#chains;
    let found = -1;
    for (let i = heads[hashOfStart(wanted, 0)]!; i >= 0; i = next[i]!)
      if (this.#isNamed(i, wanted) && (found < 0 || this.#generated(found))) found = i;
    return found;
  }

  #isNamed(index: number, name: Uint8Array): boolean {
    const at = this.#nameOffset(index);
    return at >= 0 && this.#names[at + name.length] === 0 && beginsAt(this.#names, at, name);
  }

  /** The functions whose names begin alike, chained in order: to chain them all takes far less than to read all of each name. */
  #chainNames(): Chains {
    const heads = new Int32Array(CHAINS).fill(-1);
    const next = new Int32Array(this.count);
    for (let i = this.count - 1; i >= 0; i--) {
      const offset = this.#nameOffset(i);
      if (offset < 0) continue;
      const hash = hashOfStart(this.#names, offset);
      next[i] = heads[hash]!;
      heads[hash] = i;
    }
    return { heads, next };
  }

  #generated(index: number): boolean {
    const func = this.#func(index);
    return func !== null && this.#position(func, 0).file === "<autogenerated>";
  }
}

/** FNV-1a of the first bytes of the name at an offset, less than `CHAINS`. */
function hashOfStart(bytes: Uint8Array, offset: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(offset + START, bytes.length);
  for (let i = offset; i < end && bytes[i] !== 0; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 16)) & (CHAINS - 1);
}

const beginsAt = (bytes: Uint8Array, at: number, wanted: Uint8Array): boolean => {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
};
