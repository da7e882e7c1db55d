/** What errscope must say of main.go, written by hand from its source and Go's own rules. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldValue, SiteOp } from "../../../server/events/index.ts";
import type { ChainTruth } from "../../support/index.ts";

export interface ErrorTruth extends ChainTruth {
  id: string;
  op: SiteOp;
  function: string;
  line: number;
  /** The compiler inlines `function` into its caller. */
  inlined?: true;
  fields: Readonly<Record<string, FieldValue>>;
  /** Functions of package main on the stack, innermost first, with the line where known. */
  stack: readonly (string | readonly [string, number])[];
  /** Function that ran the `go` statement; absent: made on the main goroutine. */
  createdBy?: string;
}

const source = readFileSync(join(import.meta.dirname, "main.go"), "utf8").split("\n");
/** 1-based line that ends in the comment `want: id`. */
function want(id: string): number {
  const index = source.findIndex((line) => line.endsWith(`// want: ${id}`));
  if (index < 0) throw new Error(`main.go has no line marked ${id}`);
  return index + 1;
}

const eof: ChainTruth = { type: "*errors.errorString", message: "EOF" };
const plain: ChainTruth = { type: "*errors.errorString", message: "disk is on fire" };
const inlined: ChainTruth = { type: "*errors.errorString", message: "door is open" };
const formatted: ChainTruth = { type: "*errors.errorString", message: "worker 3 gave up" };
const wrapOne: ChainTruth = {
  type: "*fmt.wrapError",
  message: "check room 12: disk is on fire",
  causes: [plain],
};
const value: ChainTruth = { type: "main.CodeError", message: "code -4: out of range" };
const pointer: ChainTruth = { type: "*main.OpError", message: "read /srv/data: EOF", causes: [eof] };
const stringKind: ChainTruth = { type: "main.Refusal", message: "refused: closed on Sunday" };
const intKind: ChainTruth = { type: "main.Status", message: "status 418" };
const batch: ChainTruth = {
  type: "*main.Batch",
  message: "nightly failed in part",
  causes: [pointer, stringKind],
};

/** In the order in which main makes them. */
export const errors: readonly ErrorTruth[] = [
  {
    ...plain,
    id: "new",
    op: "new",
    function: "main.plainNew",
    line: want("new"),
    fields: { s: "disk is on fire" },
    stack: [["main.plainNew", want("new")], "main.main"],
  },
  {
    ...inlined,
    id: "inlined-new",
    op: "new",
    function: "main.inlinedNew",
    line: want("inlined-new"),
    inlined: true,
    fields: { s: "door is open" },
    stack: [
      ["main.inlinedNew", want("inlined-new")],
      ["main.callInlined", want("inlined-new-caller")],
      "main.main",
    ],
  },
  {
    ...wrapOne,
    id: "wrap-one",
    op: "wrap",
    function: "main.wrapOne",
    line: want("wrap-one"),
    fields: { msg: "check room 12: disk is on fire" },
    stack: [["main.wrapOne", want("wrap-one")], "main.main"],
  },
  {
    ...value,
    id: "value",
    op: "convert",
    function: "main.value",
    line: want("value"),
    fields: { Code: -4, Text: "out of range", Retry: true },
    stack: [["main.value", want("value")], "main.main"],
  },
  {
    type: "*fmt.wrapErrors",
    message: "two things: door is open; code -4: out of range",
    causes: [inlined, value],
    id: "wrap-two",
    op: "wrap",
    function: "main.wrapTwo",
    line: want("wrap-two"),
    fields: { msg: "two things: door is open; code -4: out of range" },
    stack: [["main.wrapTwo", want("wrap-two")], "main.main"],
  },
  {
    ...formatted,
    id: "formatted",
    op: "new",
    function: "main.formatted",
    line: want("formatted"),
    fields: { s: "worker 3 gave up" },
    stack: [["main.formatted", want("formatted")], "main.work"],
    createdBy: "main.inGoroutine",
  },
  {
    type: "*errors.joinError",
    message: "check room 12: disk is on fire\nworker 3 gave up",
    causes: [wrapOne, formatted],
    id: "join",
    op: "join",
    function: "main.joined",
    line: want("join"),
    fields: {},
    stack: [["main.joined", want("join")], "main.main"],
  },
  {
    ...pointer,
    id: "pointer",
    op: "wrap",
    function: "main.pointer",
    line: want("pointer"),
    fields: { Op: "read", Path: "/srv/data", Size: 2 ** 40 },
    stack: [["main.pointer", want("pointer")], "main.main"],
  },
  {
    ...stringKind,
    id: "string-kind",
    op: "convert",
    function: "main.stringKind",
    line: want("string-kind"),
    fields: { value: "closed on Sunday" },
    stack: [["main.stringKind", want("string-kind")], "main.main"],
  },
  {
    ...intKind,
    id: "int-kind",
    op: "convert",
    function: "main.intKind",
    line: want("int-kind"),
    fields: { value: 418 },
    stack: [["main.intKind", want("int-kind")], "main.main"],
  },
  {
    ...batch,
    id: "batch",
    op: "join",
    function: "main.batch",
    line: want("batch"),
    fields: { Name: "nightly" },
    stack: [["main.batch", want("batch")], "main.main"],
  },
  {
    type: "*main.Missing[string]",
    message: "nothing in index: nightly failed in part",
    causes: [batch],
    id: "generic",
    op: "wrap",
    function: "main.generic",
    line: want("generic"),
    fields: { Key: "k7", Where: "index" },
    stack: [["main.generic", want("generic")], "main.main"],
  },
];

export const panics = [
  { error: intKind, function: "main.panicWith", line: want("panic") },
  { text: "plain text", type: "string", function: "main.panicWith", line: want("panic") },
] as const;

/** Exit status. */
export const status = 7;
