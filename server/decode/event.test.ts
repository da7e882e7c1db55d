import { describe, expect, it } from "vitest";
import { type ErrorEvent, eventSchema } from "../events/index.ts";
import { esNodeFlag, esVia } from "../tracer/index.ts";
import {
  Assembler,
  decodeEvent,
  Executable,
  errorIds,
  IdentityTable,
  ProcessState,
  UlidSource,
  WallClock,
} from "./index.ts";
import {
  BIAS,
  end,
  errorMap,
  errorType,
  field,
  frames,
  head,
  type NodeInput,
  node,
  object,
  part,
  site,
  string,
} from "./testing.ts";

const simple = errorType({
  address: 0x2000,
  name: "*errors.errorString",
  fields: [field("s", 0, "string")],
  message: { kind: "field", offset: 0 },
});
const opError = errorType({
  address: 0x2100,
  name: "*main.OpError",
  size: 32,
  fields: [field("Op", 0, "string"), field("Err", 16, "error")],
  unwrap: { kind: "error", offset: 16, how: "field Err" },
  message: {
    kind: "template",
    template: {
      parts: [
        { kind: "string", offset: 0 },
        { kind: "text", text: ": " },
        { kind: "error", offset: 16 },
      ],
      gaps: [],
    },
  },
});
const lines = {
  4096: [
    { function: "errors.New", file: "/go/errors.go", line: 60, inlined: true },
    { function: "main.load", file: "/src/main.go", line: 12, inlined: false },
  ],
  4351: [{ function: "main.main", file: "/src/main.go", line: 3, inlined: false }],
  4607: [{ function: "runtime.main", file: "/go/proc.go", line: 285, inlined: false }],
  5376: [{ function: "runtime.gopanic", file: "/go/panic.go", line: 749, inlined: false }],
  4863: [{ function: "runtime.doInit1", file: "/go/proc.go", line: 7291, inlined: false }],
};
const stack = [BIAS + 0x1100, BIAS + 0x1200];

function decoder(sites = [site()]) {
  const executable = new Executable(errorMap([simple, opError], sites, lines));
  const ref = { pid: 7, name: "p", exe: "/p", buildId: null, host: "h", container: null };
  const state = new ProcessState(ref, new IdentityTable(errorIds()));
  const wall = new WallClock();
  wall.reading(0n, 1_000_000, 0n);
  const clocks = { wall, ulids: new UlidSource(() => 5n) };
  const assembler = new Assembler();
  return (items: Uint8Array[], index = 0) => {
    const record = assembler.push(part(1, 0, true, ...items));
    if (!record || !("event" in record)) throw new Error("the record was not whole");
    const events = decodeEvent(record.event, index, executable, state, clocks);
    for (const event of events) eventSchema.parse(event);
    return events.at(-1) ?? null;
  };
}
const text = (index: number, value: string, more: Partial<NodeInput> = {}) => [
  string(index, 0, value),
  node({ index, type: 0x2000, object: object(0xc000_2000, value.length), ...more }),
];

describe("an error", () => {
  it("has its message, site, stack, goroutine and time", () => {
    const event = decoder()([head(), ...text(0, "boom"), frames(...stack), end(1, 2)]) as ErrorEvent;
    expect(event).toMatchObject({
      kind: "error",
      made: true,
      time: "1970-01-01T00:16:41.000500000Z",
      thread: 8,
      goroutine: { id: 34, parent: 1, createdBy: null },
      site: { op: "new", function: "main.load", line: 12, package: "main", inlined: false },
      error: {
        id: "e1",
        type: "*errors.errorString",
        message: "boom",
        messageFrom: "field",
        messageLength: 4,
      },
      sampled: 1,
    });
    expect(event.stack.map((f) => f.function)).toEqual([
      "errors.New",
      "main.load",
      "main.main",
      "runtime.main",
    ]);
    expect(event.stackNote).toBeUndefined();
  });

  it("tells a cut text, a broken stack, skipped hits and initialisation", () => {
    const items = [
      head({ skipped: 4 }),
      string(0, 0, "bo", 400),
      node({ index: 0, type: 0x2000, object: object(1, 400) }),
    ];
    const event = decoder()([...items, frames(BIAS + 0x1300), end(1, 1, 3)]) as ErrorEvent;
    expect(event.error).toMatchObject({ message: "bo", truncated: true, messageLength: 400 });
    expect(event).toMatchObject({ sampled: 5, init: true });
    expect(event.stackNote).toContain("backwards");
  });

  it("is a wrap when it has a cause, and shares the cause's identity", () => {
    const decode = decoder([site(), site({ pc: 0x1000, origins: [{ pc: 0x1000, itab: 0x9000 }] })]);
    const inner = decode([head(), ...text(0, "boom"), frames(), end(1, 0)]) as ErrorEvent;
    const outer = decode(
      [
        head(),
        string(0, 0, "read"),
        node({ index: 0, type: 0x2100, data: 0xc000_5000, object: object(1, 4, 2, 0xc000_1000) }),
        ...text(1, "boom", { parent: 0, fieldOff: 16, via: esVia.UNWRAP }),
        frames(),
        end(2, 0),
      ],
      1,
    ) as ErrorEvent;
    expect(outer.site.op).toBe("wrap");
    expect(outer.error).toMatchObject({
      message: "read: boom",
      messageFrom: "rendered",
      fields: { Op: "read" },
      causes: [{ via: "unwrap", field: "Err", error: { id: inner.error.id, message: "boom" } }],
    });
  });

  it("shows fields where the message can't be rendered, and says what could not be read", () => {
    const event = decoder()([
      head(),
      string(0, 0, "read"),
      node({ index: 0, type: 0x2100, object: object(1, 4, 0, 0), flags: esNodeFlag.CUT, cut: 9 }),
      frames(),
      end(1, 0),
    ]) as ErrorEvent;
    expect(event.error).toMatchObject({ message: "{Op:read Err:<nil>}", messageFrom: "fields", causes: [] });
    expect(event.error.notes).toEqual([
      "9 of its causes not followed: the limit is 16384 values an event, or less while other long lists are read",
    ]);
  });

  it("says how long a text is that was cut, and its hash", () => {
    const event = decoder()([
      head(),
      string(0, 0, "the beginn", 70_000, 0xabc),
      node({ index: 0, type: 0x2000, object: object(1, 70_000) }),
      frames(),
      end(1, 0),
    ]) as ErrorEvent;
    expect(event.error).toMatchObject({
      message: "the beginn",
      truncated: true,
      messageLength: 70_000,
      messageHash: "xxh64:0000000000000abc",
      fields: { s: { text: "the beginn", length: 70_000, hash: "xxh64:0000000000000abc" } },
    });
    expect(eventSchema.safeParse(event).success).toBe(true);
  });

  it("ends at a cycle", () => {
    const event = decoder()([
      head(),
      string(0, 0, "loop"),
      node({ index: 0, type: 0x2100, object: object(1, 4, 2, 0xc000_1000) }),
      node({ index: 1, parent: 0, type: 0x2100, fieldOff: 16, flags: 16, same: 0 }),
      frames(),
      end(2, 0),
    ]) as ErrorEvent;
    expect(event.error.causes[0]?.error).toMatchObject({
      id: event.error.id,
      notes: [`cycle to ${event.error.id}`],
    });
  });

  it("is not made again at an instruction that errors pass through", () => {
    const decode = decoder([site(), site({ shared: true })]);
    const items = [head(), ...text(0, "boom"), frames(), end(1, 0)];
    const first = decode(items) as ErrorEvent;
    expect(decode(items, 1)).toMatchObject({
      made: false,
      site: { op: "return" },
      error: { id: first.error.id },
    });
    expect(decode(items)).toMatchObject({ made: true, error: { id: "e2" } });
  });
});

describe("a panic", () => {
  const sites = [
    site({ op: "panic", eface: true, origins: [] }),
    site({ op: "recover", eface: true, shared: true, origins: [] }),
  ];

  it("is named by the recover of the same value on the same goroutine", () => {
    const decode = decoder(sites);
    const words = { word0: BIAS + 0x2000, word1: 0xc000_1000 };
    const panic = decode([head(words), ...text(0, "boom"), frames(), end(1, 0)]);
    expect(panic).toMatchObject({ kind: "panic", value: { error: { message: "boom" } } });
    const other = decode([head({ ...words, goid: 35 }), frames(), end(0, 0)], 1);
    expect(other).toMatchObject({ kind: "recover", panic: null });
    const recover = decode([head(words), frames(), end(0, 0)], 1);
    expect(recover).toMatchObject({ kind: "recover", panic: panic?.id });
  });

  it("began during those that are on its stack, and is thrown again only there", () => {
    const decode = decoder(sites);
    const began = (word1: number, ...gopanics: number[]) => {
      const items = [...text(0, "boom"), frames(...gopanics), end(1, gopanics.length)];
      return decode([head({ word0: BIAS + 0x2000, word1, ip: BIAS + 0x1500 }), ...items]);
    };
    const recovered = (word1: number) =>
      decode([head({ word0: BIAS + 0x2000, word1 }), frames(), end(0, 0)], 1);
    const first = began(0xc000_1000);
    recovered(0xc000_1000);
    const again = began(0xc000_1000, BIAS + 0x1501);
    expect(again).toMatchObject({ again: first?.id });
    recovered(0xc000_1000);
    // The same static value in a panic of its own.
    expect(began(0xc000_1000)).not.toHaveProperty("again");
    // Recovered together with the one that it began during.
    const outer = began(0xc000_2000);
    expect(began(0xc000_3000, BIAS + 0x1501)).toMatchObject({ during: outer?.id });
    recovered(0xc000_3000);
    expect(began(0xc000_4000)).not.toHaveProperty("during");
  });

  it("with a value of a type that isn't known is shown by its address", () => {
    const panic = decoder(sites)([head({ word0: BIAS + 0x7000, word1: 0xc0 }), frames(), end(0, 0)]);
    expect(panic).toMatchObject({ value: { type: "type 0x7000", text: "(type 0x7000)" } });
  });
});
