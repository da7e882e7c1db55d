/** The decoder of arm64 against `go tool objdump`, over all code of a program. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { buildGo, goCommand } from "../../../tests/support/index.ts";
import { readGoBinary } from "../read.ts";
import { Arm64Disassembler } from "./arm64-decoder.ts";
import { OTHER } from "./arm64-rows.ts";
import { type Code, Flow, immediateOf, Mnemonic, Operand, pcOf } from "./code.ts";
import { Reg } from "./registers.ts";

/** One instruction as objdump has it, and its rows. */
interface Listed {
  pc: number;
  operation: string;
  operands: string[];
  code: Code;
  first: number;
  last: number;
}

const listed: Listed[] = [];
let nameAt: (pc: number) => string = () => "";

beforeAll(() => {
  const path = buildGo({ dir: "tests/go/forms", env: { GOARCH: "arm64" } });
  const text = execFileSync(goCommand(), ["tool", "objdump", path], { encoding: "utf8", maxBuffer: 2 ** 28 });
  const { functions, image } = readGoBinary(readFileSync(path));
  nameAt = (pc) => functions.name(functions.find(pc));
  const lines = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [, pc, , instruction] = line.match(/^\s+\S+\t+0x([0-9a-f]+)\t+([0-9a-f]+)\t+(.*?)\s*$/) ?? [];
    if (pc !== undefined) lines.set(Number.parseInt(pc, 16), instruction!);
  }
  const disassembler = new Arm64Disassembler();
  for (let index = 0; index < functions.count; index++) {
    const start = functions.entry(index);
    const code = disassembler.decode(image.bytes(start, functions.end(index) - start)!, start);
    for (let first = 0; first < code.count; ) {
      let last = first;
      while (last + 1 < code.count && code.length[last + 1] === 0) last++;
      const pc = pcOf(code, first);
      const instruction = lines.get(pc);
      if (instruction !== undefined) {
        const [operation, ...rest] = instruction.split(" ");
        const operands = rest.join(" ").split(/, (?![^(]*\))/);
        listed.push({ pc, operation: operation!, operands, code, first, last });
      }
      first = last + 1;
    }
  }
}, 120_000);

const numberOf = (name: string): number => (name === "RSP" ? 31 : name === "ZR" ? -1 : Number(name.slice(1)));
const isGeneral = (name: string): boolean => /^(R\d+|RSP)$/.test(name);
const rowsOf = ({ first, last }: Listed): number[] =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k);
const say = ({ pc, operation, operands }: Listed) => `${pc.toString(16)} ${operation} ${operands.join(", ")}`;
/** Those of which `wrong` holds: none are expected. */
const failing = (which: readonly Listed[], wrong: (one: Listed) => boolean) =>
  which.filter(wrong).slice(0, 20).map(say);
const named = (pattern: RegExp) => listed.filter(({ operation }) => pattern.test(operation));

const COMPARES = /^(CMP|CMN|TST|CCMP|CCMN|FCMP|FCCMP)/;
const STORES = /^(ST|VST)/;
const JUMPS = /^(B|BL|B(EQ|NE|HS|LO|MI|PL|VS|VC|HI|LS|GE|LT|GT|LE|CC|CS)|CBN?ZW?|TBN?Z|JMP|CALL|RET)$/;

test("every instruction is listed", () => {
  expect(listed.length).toBeGreaterThan(50_000);
});

describe("control flow", () => {
  const relative = (operand: string, pc: number) => pc + 4 * Number(operand.replace(/\(PC\)$/, ""));

  test("conditional jumps go where they go", () => {
    const jumps = named(/^(B(EQ|NE|HS|LO|MI|PL|VS|VC|HI|LS|GE|LT|GT|LE|CC|CS)|CBN?ZW?|TBN?Z)$/);
    expect(jumps.length).toBeGreaterThan(5_000);
    const wrong = failing(jumps, (one) => {
      const { code, last } = one;
      if (code.flow[last] !== Flow.CONDITIONAL) return true;
      const to = one.operands.at(-1)!;
      return to.endsWith("(PC)") && code.target[last] !== relative(to, one.pc);
    });
    expect(wrong).toEqual([]);
  });

  test("each condition is the one of x86-64 that asks the same", () => {
    const jumps: Record<string, number> = {
      BEQ: Mnemonic.Je, BNE: Mnemonic.Jne, BHS: Mnemonic.Jae, BCS: Mnemonic.Jae, BLO: Mnemonic.Jb, BCC: Mnemonic.Jb,
      BMI: Mnemonic.Js, BPL: Mnemonic.Jns, BVS: Mnemonic.Jo, BVC: Mnemonic.Jno, BHI: Mnemonic.Ja, BLS: Mnemonic.Jbe,
      BGE: Mnemonic.Jge, BLT: Mnemonic.Jl, BGT: Mnemonic.Jg, BLE: Mnemonic.Jle,
      CBZ: Mnemonic.Je, CBZW: Mnemonic.Je, CBNZ: Mnemonic.Jne, CBNZW: Mnemonic.Jne, TBZ: Mnemonic.Je, TBNZ: Mnemonic.Jne,
    }; // biome-ignore format: a table
    const asked = listed.filter(({ operation }) => jumps[operation] !== undefined);
    // JRCXZ: the flags are not what x86-64's would be
    const unsettled = asked.filter(({ code, last }) => code.mnemonic[last] === Mnemonic.Jrcxz);
    expect(unsettled.length).toBeLessThan(asked.length / 50);
    const rest = asked.filter((one) => !unsettled.includes(one));
    expect(failing(rest, ({ code, last, operation }) => code.mnemonic[last] !== jumps[operation])).toEqual(
      [],
    );
  });

  test("tests of a register and of a bit", () => {
    const wrong = failing(named(/^(CBN?ZW?|TBN?Z)$/), (one) => {
      const { code, first, operands, operation } = one;
      const bit = operation.startsWith("T") ? 2 ** Number(operands[0]!.slice(1)) : 0;
      const register = numberOf(operands.at(-2)!);
      if (register < 0) return false;
      const isBit = bit === 0 || BigInt.asUintN(64, BigInt(immediateOf(code, first))) === BigInt(bit);
      return code.mnemonic[first] !== Mnemonic.Test || code.register[0][first] !== register || !isBit;
    });
    expect(wrong).toEqual([]);
  });

  test("calls and jumps, direct and by a register", () => {
    const wrong = failing(named(/^(CALL|JMP|RET)$/), (one) => {
      const { code, first, operation, operands } = one;
      const flow = code.flow[first];
      // by another register than the link register: a tail call
      if (operation === "RET") return flow !== (operands[0] === "" ? Flow.RETURN : Flow.INDIRECT_JUMP);
      const [to] = operands;
      const register = to!.match(/^\((R\d+)\)$/);
      if (register) {
        const wanted = operation === "CALL" ? Flow.INDIRECT_CALL : Flow.INDIRECT_JUMP;
        return flow !== wanted || code.register[0][first] !== numberOf(register[1]!);
      }
      if (flow !== (operation === "CALL" ? Flow.CALL : Flow.JUMP)) return true;
      const target = code.target[first]!;
      if (to!.startsWith("type:")) return false; // the symbol table and pclntab name them differently
      if (to!.endsWith("(PC)")) return target !== relative(to!, one.pc);
      return (
        nameAt(target) !==
        to!
          .replace(/\(SB\)$/, "")
          .replace(/\+\d+$/, "")
          .replace(/\.abi0$/, "")
      );
    });
    expect(wrong).toEqual([]);
  });

  test("nothing else leaves the straight line", () => {
    const others = listed.filter(
      ({ operation }) => !JUMPS.test(operation) && !/^(\?|UNDEF|BRK|HLT)/.test(operation),
    );
    expect(failing(others, (one) => rowsOf(one).some((i) => one.code.flow[i] !== Flow.NEXT))).toEqual([]);
  });
});

describe("registers", () => {
  /** General registers that an instruction writes by its text; null where the text doesn't tell. */
  const written = ({ operation, operands }: Listed): number[] | null => {
    if (
      /^(\?|SVC|MSR|SYS|DC|IC|V|AES|SHA|PRFM|DMB|DSB|ISB|NOOP|HINT|YIELD|BRK|UNDEF|CAS|SWP|LDADD|LDCLR|LDOR|LDEOR|STX|STLX|LDX|LDAX)/.test(
        operation,
      )
    )
      return null;
    if (operation === "CALL") return [30];
    if (COMPARES.test(operation) || JUMPS.test(operation)) return [];
    const memory = operands.findIndex((operand) => /\(R(\d+|SP)\)/.test(operand));
    const base = memory < 0 ? [] : [numberOf(operands[memory]!.match(/\((R\d+|RSP)\)/)![1]!)];
    const back = /\.[WP]$/.test(operation) ? base : [];
    const last = operands.at(-1)!;
    if (STORES.test(operation) || (memory >= 0 && memory === operands.length - 1)) return back;
    const targets =
      operation === "LDPSW"
        ? operands.slice(1)
        : last.startsWith("(")
          ? last.slice(1, -1).split(", ")
          : [last];
    return [...back, ...targets.filter(isGeneral).map(numberOf)];
  };

  test("all that are written are known to be", () => {
    const known = listed.filter((one) => written(one) !== null);
    expect(known.length).toBeGreaterThan(listed.length * 0.9);
    const wrong = failing(known, (one) => {
      const mask = rowsOf(one).reduce((all, i) => all | one.code.writes[i]!, 0);
      return written(one)!.some((register) => !(mask & (1 << register)));
    });
    expect(wrong).toEqual([]);
  });

  test("no others are, but the one that holds what is between two rows", () => {
    const wrong = failing(
      listed.filter((one) => written(one) !== null),
      (one) => {
        const mask = rowsOf(one).reduce((all, i) => all | one.code.writes[i]!, 0);
        const wanted = written(one)!.reduce((all, register) => all | (1 << register), 1 << 18);
        return (mask & ~wanted) !== 0;
      },
    );
    expect(wrong).toEqual([]);
  });
});

describe("what is read and written in memory", () => {
  const place = (operand: string) => {
    const [, displacement, base] = operand.match(/^(-?\d*)\((R\d+|RSP)\)$/) ?? [];
    return base === undefined ? null : { base: numberOf(base), displacement: Number(displacement || 0) };
  };
  /** Accesses by a register that holds what the instruction before put there are by that then. */
  const isOwn = (base: number) => base !== 27 && base !== 20;

  test("loads and stores of a register", () => {
    let count = 0;
    const wrong = failing(named(/^(MOV(D|W|WU|B|BU|H|HU))(\.[WP])?$/), (one) => {
      const { code, operands, operation } = one;
      const [from, to] = operands;
      const source = place(from!);
      const target = place(to!);
      const at = source ?? target;
      if (!at || !isOwn(at.base) || operands.length !== 2) return false;
      const register = numberOf((source ? to : from)!);
      if (source && register < 0) return false; // a load into the zero register
      count++;
      const row = rowsOf(one).find((i) => code.memoryAccess[i] !== 0);
      if (row === undefined) return true;
      const displacement = /\.[WP]$/.test(operation) ? 0 : at.displacement;
      const size = operation.startsWith("MOVD")
        ? 8
        : operation.startsWith("MOVW")
          ? 4
          : operation.startsWith("MOVH")
            ? 2
            : 1;
      // a base that was made just before
      if (code.base[row] === Reg.RIP || (code.base[row] === 31 && at.base !== 31)) return false;
      if (
        code.base[row] !== at.base ||
        code.displacement[row] !== displacement ||
        code.memorySize[row] !== size
      )
        return true;
      const slot = source ? 0 : 1;
      if (register < 0) return code.kind[1][row] !== Operand.IMMEDIATE || immediateOf(code, row) !== 0;
      return code.register[slot][row] !== register || code.kind[slot][row] !== Operand.REGISTER;
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(10_000);
  });

  test("loads and stores of pairs", () => {
    let count = 0;
    const wrong = failing(named(/^(LDP|STP)$/), (one) => {
      const { code, operands, operation } = one;
      const memory = operands.map(place).find((at) => at !== null)!;
      const registers = operands.find((operand) => operand.startsWith("(") && !place(operand));
      if (!registers || !isOwn(memory.base)) return false;
      count++;
      return registers
        .slice(1, -1)
        .split(", ")
        .some((name, k) => {
          const slot = operation === "LDP" ? 0 : 1;
          return !rowsOf(one).some((i) => {
            const register = numberOf(name);
            const same =
              register < 0 ? code.kind[slot][i] === Operand.IMMEDIATE : code.register[slot][i] === register;
            const there =
              code.base[i] === memory.base && code.displacement[i] === memory.displacement + 8 * k;
            const madeBefore = code.base[i] === Reg.RIP || code.base[i] === 31;
            return same && (there || madeBefore) && code.memorySize[i] === 8;
          });
        });
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });
});

describe("numbers and addresses", () => {
  test("what MOVD puts into a register", () => {
    const wrong = failing(named(/^MOVD$/), (one) => {
      const { code, first, operands } = one;
      const [, text] = operands[0]!.match(/^\$(-?\d+)$/) ?? [];
      if (text === undefined || !isGeneral(operands[1]!)) return false;
      return (
        BigInt.asUintN(64, BigInt(immediateOf(code, first))) !== BigInt.asUintN(64, BigInt(text)) &&
        Math.abs(Number(text)) < 2 ** 53
      );
    });
    expect(wrong).toEqual([]);
  });

  test("ADD and SUB of a number", () => {
    let count = 0;
    const wrong = failing(named(/^(ADD|SUB)$/), (one) => {
      const { code, first, operands, operation } = one;
      const [, text] = operands[0]!.match(/^\$(\d+)$/) ?? [];
      if (text === undefined) return false;
      const to = numberOf(operands.at(-1)!);
      const from = numberOf(operands[1]!);
      const by = operation === "SUB" ? -Number(text) : Number(text);
      count++;
      if (code.register[0][first] !== to) return true;
      if (to === 31)
        return (
          immediateOf(code, first) !== Math.abs(by) ||
          code.mnemonic[first] !== (by < 0 ? Mnemonic.Sub : Mnemonic.Add)
        );
      if (code.mnemonic[first] === Mnemonic.Mov) return by !== 0 || code.register[1][first] !== from;
      if (code.mnemonic[first] !== Mnemonic.Lea) return true;
      return code.base[first] === from && code.displacement[first] !== by;
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(3_000);
  });

  test("few instructions have no meaning here", () => {
    const common = listed.filter(
      ({ operation }) => !/^(F|V|AES|SHA|\?|NOOP|LD|ST|CAS|SWP|DMB|MRS|MSR|SVC|DC|PRFM)/.test(operation),
    );
    const lost = common.filter((one) =>
      rowsOf(one).some((i) => one.code.mnemonic[i] === OTHER && one.code.flow[i] === Flow.NEXT),
    );
    expect(lost.length / common.length).toBeLessThan(0.05);
  });
});
