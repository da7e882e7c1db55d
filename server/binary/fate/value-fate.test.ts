import { afterAll, expect, test } from "vitest";
import { buildGraph, Callees, Disassembler, isaOf, Reg } from "../code/index.ts";
import { frameSlots } from "../frame-slots.ts";
import { resultRegisters } from "../result-registers.ts";
import { type Fate, type FateBody, valueFate } from "./value-fate.ts";

const START = 0x401000;
/** `e8…` in the code below, as if from its own start: see `call`. */
const FUNCTIONS = new Map([
  [0x500000, "main.other"],
  [0x500100, "errors.Is"],
  [0x500200, "main.takesError"],
  [0x500300, "main.takesTen"],
  [0x500400, "os.Exit"],
  [0x500500, "main.die"],
]);
const TAKES_NOTHING = new Set(["main.other", "main.takesTen", "os.Exit", "main.die"]);
const disassembler = new Disassembler();
afterAll(() => disassembler.free());

/** What becomes of the error in AX, BX. `call N` stands for a call of the Nth function above. */
function fate(text: string): Fate {
  const bytes: number[] = [];
  for (const word of text.matchAll(/call (\d)|([0-9a-f]{2})/g)) {
    if (word[2]) bytes.push(Number.parseInt(word[2], 16));
    else {
      const distance = [...FUNCTIONS.keys()][Number(word[1])]! - (START + bytes.length + 5);
      bytes.push(0xe8, ...[0, 8, 16, 24].map((shift) => (distance >> shift) & 0xff));
    }
  }
  const code = disassembler.decode(Uint8Array.from(bytes), START);
  const callees = new Callees(isaOf("amd64"), (address) => FUNCTIONS.get(address) ?? "");
  const body: FateBody = {
    code,
    graph: buildGraph(code, callees.returns(code)),
    callees,
    frame: frameSlots(code, callees, { size: 0x40, taken: [] }),
    results: resultRegisters(code),
    deferCalls: new Set(),
    argumentsOf: (address) => {
      const name = FUNCTIONS.get(address)!;
      if (TAKES_NOTHING.has(name)) return 0;
      const one = (1 << Reg.RAX) | (1 << Reg.RBX);
      return name === "errors.Is" ? one | (1 << Reg.RCX) | (1 << Reg.RDI) : one;
    },
    endsProgram: (address) => FUNCTIONS.get(address) === "main.die",
    stackArguments: (address) => ({ "main.other": 8, "main.takesTen": 16 })[FUNCTIONS.get(address)!] ?? null,
  };
  return valueFate(body, 0, 0);
}

const dropped = (tested: number, compared = false): Fate => ({ kind: "dropped", tested, compared });
const handedOn: Fate = { kind: "handed-on" };

test.each<[string, string, Fate]>([
  // xor eax, eax; ret
  ["overwritten", "31c0 c3", dropped(-1)],
  // test rax, rax; je 1f; inc qword [rip]; 1: xor eax, eax; ret
  ["only tested", "4885c0 7407 48ff0500000000 31c0 c3", dropped(0)],
  // test rax, rax; je 1f; call takesError; 1: xor eax, eax; ret
  ["given to a call when it isn't nil", "4885c0 7405 call 2 31c0 c3", handedOn],
  // test rax, rax; jne 1f; call takesError; 1: xor eax, eax; ret
  ["the path of nil is none", "4885c0 7505 call 2 31c0 c3", dropped(0)],
  // call other; xor eax, eax; ret
  ["still in its registers at a call that takes nothing", "call 0 31c0 c3", dropped(-1)],
  // call [rcx]; xor eax, eax; ret
  ["still in its registers at a call of nobody knows what", "ff11 31c0 c3", handedOn],
  // xor eax, eax; call [rcx]; ret
  ["its data word left over at such a call", "31c0 ff11 c3", dropped(-1)],
  // cmp rax, [rip]; xor eax, eax; call [rcx]; ret
  ["its data word there once its type was asked", "483b0500000000 31c0 ff11 c3", handedOn],
  // mov rax, [rax+8]; call [rcx]; ret
  ["with its type at such a call", "488b4008 ff11 c3", handedOn],
  // call errors.Is; xor eax, eax; ret
  ["given to errors.Is", "call 1 31c0 c3", dropped(0, true)],
  // xor eax, eax; xor ebx, ebx; call errors.Is; ret
  ["gone before another error is given to errors.Is", "31c0 31db call 1 c3", dropped(-1)],
  // cmp rax, [rip]; xor eax, eax; ret
  ["compared with a package-level error", "483b0500000000 31c0 c3", dropped(0, true)],
  // cmp rax, 0; xor eax, eax; ret
  ["compared with nil", "4883f800 31c0 c3", dropped(0)],
  // mov [rcx], rax; xor eax, eax; ret
  ["stored", "488901 31c0 c3", handedOn],
  // mov [rsp+8], rax; mov [rsp+16], rbx; call other; mov rax, [rsp+8]; mov rbx, [rsp+16]; ret
  [
    "kept over a call, then returned",
    "4889442408 48895c2410 call 0 488b442408 488b5c2410 c3",
    { kind: "returned", position: 0, firm: true, tested: -1, compared: false },
  ],
  // mov [rsp+8], rax; call other; xor eax, eax; ret
  ["put on the stack for somebody else", "4889442408 call 0 31c0 c3", handedOn],
  // lea rcx, [rsp]; mov [rsp+8], rax; call other; mov rax, [rsp+8]; xor eax, eax; ret
  ["in a variable whose address may be taken", "488d0c24 4889442408 call 0 488b442408 31c0 c3", handedOn],
  // mov rcx, rbx; mov rbx, rax; xor eax, eax; ret
  [
    "returned as the second result",
    "4889d9 4889c3 31c0 c3",
    { kind: "returned", position: 1, firm: true, tested: -1, compared: false },
  ],
  // ret
  [
    "returned, or merely still there",
    "c3",
    { kind: "returned", position: 0, firm: false, tested: -1, compared: false },
  ],
  // test rcx, rcx; je 1f; ret; 1: xor eax, eax; ret
  [
    "on one path still there, on another let go",
    "4885c9 7401 c3 31c0 c3",
    { kind: "returned", position: 0, firm: false, partly: true, tested: -1, compared: false },
  ],
  // mov rcx, rax; mov rdx, rbx; xor eax, eax; mov rax, rcx; mov rbx, rdx; test rsi, rsi; je 1f; ret;
  // 1: xor eax, eax; ret
  [
    "returned on one path only",
    "4889c1 4889da 31c0 4889c8 4889d3 4885f6 7401 c3 31c0 31db c3",
    { kind: "unknown", why: "it depends on the path" },
  ],
  // mov rax, [rsp+8]; inc rax; test rcx, rcx; ret
  ["its data word left over behind a number", "488b442408 48ffc0 4885c9 c3", dropped(-1)],
  // mov rax, [rsp+8]; ret
  [
    "its data word left over behind it is not known what",
    "488b442408 c3",
    { kind: "unknown", why: "it may be returned as another type" },
  ],
  // mov [rsp+8], rax; call takesTen; mov rcx, [rsp+8]; ret
  ["put on the stack for one that leaves its result there", "4889442408 call 3 488b4c2408 c3", handedOn],
  // mov [rsp+16], rax; call takesTen; mov rax, [rsp+16]; xor eax, eax; ret
  ["in its slot, above the arguments of a call", "4889442410 call 3 488b442410 31c0 c3", dropped(-1)],
  // mov [rsp], rcx; mov [rsp+8], rax; xor eax, eax; xor ebx, ebx; call [rcx]; mov rax, [rsp+8]; xor eax, eax; ret
  [
    "perhaps on the stack for a call of nobody knows what",
    "48890c24 4889442408 31c0 31db ff11 488b442408 31c0 c3",
    handedOn,
  ],
  // mov [rsp+8], rax; xor eax, eax; xor ebx, ebx; call [rcx]; mov rax, [rsp+8]; xor eax, eax; ret
  [
    "in its slot: below it is nothing for such a call",
    "4889442408 31c0 31db ff11 488b442408 31c0 c3",
    dropped(-1),
  ],
  // mov [rsp+0x48], rax; mov rax, [rsp+0x48]; xor eax, eax; ret
  ["stored into the caller's frame", "4889442448 488b442448 31c0 c3", handedOn],
  // xor ebx, ebx; mov eax, [rax+16]; cmp eax, 0x1234; jne 1f; inc [rip]; 1: xor eax, eax; ret
  ["its type is compared", "31db 8b4010 3d34120000 7507 48ff0500000000 31c0 c3", dropped(2, true)],
  // mov rax, [rax+8]; call takesError; ret
  ["its type is given to a call", "488b4008 call 2 31c0 c3", handedOn],
  // mov rbx, [rax+8]; lea rax, [rip]; ret
  [
    "its type is returned",
    "488b5808 488d0500000000 c3",
    { kind: "unknown", why: "it may be returned as another type" },
  ],
  // mov rcx, rax; mov rdi, rbx; ret
  [
    "returned twice",
    "4889c1 4889df c3",
    { kind: "unknown", why: "it is in two places where the function returns" },
  ],
  // mov rcx, rax; mov rdi, rbx; xor eax, eax; xor ebx, ebx; call errors.Is; ret
  ["another error is compared with it", "4889c1 4889df 31c0 31db call 1 c3", handedOn],
  // xor eax, eax; xor ebx, ebx; call die; ret
  ["gone, and the program ends", "31c0 31db call 5 c3", { kind: "unknown", why: "the program ends with it" }],
  // test rax, rax; je 1f; xor eax, eax; call exit; 1: xor eax, eax; ret
  [
    "tested, and the program ends",
    "4885c0 7407 31c0 call 4 31c0 c3",
    { kind: "unknown", why: "the program ends with it" },
  ],
  // mov rcx, [rbx+8]; xor eax, eax; ret
  ["looked into", "488b4b08 31c0 c3", handedOn],
  // jmp rcx
  ["a jump table", "ffe1", { kind: "unknown", why: "a jump table" }],
])("%s", (_, text, expected) => {
  expect(fate(text)).toEqual(expected);
});
