import { describe, expect, test } from "vitest";
import type { MessagePart } from "../model.ts";
import { type FieldReader, type FieldText, renderMessage } from "./render.ts";

const encode = (text: string): FieldText => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, length: bytes.length };
};

/** An object with nothing readable but what `parts` says. */
function reader(parts: Partial<FieldReader>): FieldReader {
  const none = () => null;
  const nothing = { text: none, uint: none, error: none, stringer: none, any: none, errors: none };
  return { ...nothing, type: none, behind: none, ...parts };
}

const render = (parts: MessagePart[], object: Partial<FieldReader>) => {
  const { text, complete } = renderMessage({ parts }, reader(object));
  return complete ? text : { incomplete: text };
};

const strings = (texts: Record<number, string>): Partial<FieldReader> => ({
  text: (offset) => (texts[offset] === undefined ? null : encode(texts[offset])),
});
const number = (value: bigint): Partial<FieldReader> => ({ uint: () => value });

describe("texts", () => {
  test("constants and strings are joined", () => {
    const parts: MessagePart[] = [
      { kind: "string", offset: 0 },
      { kind: "text", text: ": " },
      { kind: "string", offset: 16 },
    ];
    expect(render(parts, strings({ 0: "open", 16: "größe" }))).toBe("open: größe");
    expect(render(parts, strings({ 0: "open" }))).toEqual({ incomplete: "open: …" });
  });

  test("a text that was cut shows where", () => {
    const cut = { text: () => ({ bytes: new TextEncoder().encode("abc"), length: 9 }) };
    const parts: MessagePart[] = [
      { kind: "text", text: "<" },
      { kind: "string", offset: 0 },
      { kind: "text", text: ">" },
    ];
    expect(render(parts, cut)).toEqual({ incomplete: "<abc…>" });
  });

  test("bytes that are no UTF-8 are kept, U+FFFD in the text", () => {
    const bytes = new Uint8Array([0x61, 0xff, 0x62]);
    const message = renderMessage(
      { parts: [{ kind: "string", offset: 0 }] },
      reader({ text: () => ({ bytes, length: 3 }) }),
    );
    expect(message).toEqual({ bytes, text: "a\ufffdb", complete: true });
  });

  test("no part is the empty message, an unknown one is a gap", () => {
    expect(render([], {})).toBe("");
    expect(render([{ kind: "unknown", reason: "a loop" }], {})).toEqual({ incomplete: "…" });
  });
});

describe("trimmed", () => {
  const parts: MessagePart[] = [
    {
      kind: "trimmed",
      parts: [
        { kind: "text", text: " \t: " },
        { kind: "string", offset: 0 },
      ],
    },
  ];

  test.each([
    ["", ":"],
    [" a b \n", ":  a b"],
    ["x\u00a0\u3000\u0085", ": x"],
    ["x\u200b", ": x\u200b"], // no white space to Go
  ])("with %j it is %j", (text, expected) => {
    expect(render(parts, strings({ 0: text }))).toBe(expected);
  });

  test("a gap inside is a gap", () => {
    expect(render(parts, {})).toEqual({ incomplete: ": …" });
  });
});

describe("quoted", () => {
  const parts: MessagePart[] = [{ kind: "quoted", parts: [{ kind: "string", offset: 0 }] }];

  test.each([
    ["", '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["\n\t\r\u0007\b\f\v", '"\\n\\t\\r\\a\\b\\f\\v"'],
    ["\u0000\u007f", '"\\x00\\x7f"'],
    ["é漢\u{1f600}", '"é漢\u{1f600}"'],
    ["\u00a0\u200b\ufeff\u{e000}", '"\\u00a0\\u200b\\ufeff\\ue000"'],
    ["\u{10ffff}", '"\\U0010ffff"'],
  ])("%j is %s", (text, expected) => {
    expect(render(parts, strings({ 0: text }))).toBe(expected);
  });

  test("bytes that are no UTF-8", () => {
    const bytes = new Uint8Array([0xff, 0x41, 0xc3, 0xed, 0xa0, 0x80]);
    expect(render(parts, { text: () => ({ bytes, length: bytes.length }) })).toBe(
      '"\\xffA\\xc3\\xed\\xa0\\x80"',
    );
  });

  test("a character that newer versions of Unicode print isn't claimed", () => {
    expect(render(parts, strings({ 0: "\u0c5c" }))).toEqual({ incomplete: '"\u0c5c"' });
  });

  test("as package time quotes", () => {
    const time: MessagePart[] = [{ kind: "quoted", style: "time", parts: [{ kind: "string", offset: 0 }] }];
    expect(render(time, strings({ 0: 'a"\\\t\u007fé' }))).toBe('"a\\"\\\\\\x09\u007f\\xc3\\xa9"');
    expect(render(time, {})).toEqual({ incomplete: '"…"' });
  });

  test("a gap inside is a gap", () => {
    expect(render(parts, {})).toEqual({ incomplete: '"…"' });
  });
});

describe("integers", () => {
  const int = (size: 1 | 2 | 4 | 8, signed: boolean, format?: string): MessagePart[] => [
    { kind: "int", offset: 0, size, signed, ...(format && { format }) },
  ];

  test("sign and size", () => {
    expect(render(int(1, true), number(0xffn))).toBe("-1");
    expect(render(int(1, false), number(0xffn))).toBe("255");
    expect(render(int(8, true), number(1n << 63n))).toBe("-9223372036854775808");
    expect(render(int(8, false), number((1n << 64n) - 1n))).toBe("18446744073709551615");
    expect(render(int(4, true), {})).toEqual({ incomplete: "…" });
  });

  test.each([
    ["%x", 255n, "ff"],
    ["%#x", 255n, "0xff"],
    ["%X", 255n, "FF"],
    ["%#X", 255n, "0XFF"],
    ["%x", -255n, "-ff"],
    ["%o", 8n, "10"],
    ["%b", 5n, "101"],
    ["%5d", 7n, "    7"],
    ["%-4d", 7n, "7   "],
    ["%03d", 7n, "007"],
    ["%04d", -7n, "-007"],
    ["%+d", 7n, "+7"],
    ["% d", 7n, " 7"],
    ["%#06x", 255n, "0x0000ff"],
    ["%c", 0x6f22n, "漢"],
    ["%c", -1n, "\ufffd"],
    ["%q", 0x27n, "'\\''"],
    ["%q", 0x0an, "'\\n'"],
    ["%U", 0x41n, "U+0041"],
  ])("%s of %s is %j", (format, value, expected) => {
    expect(render(int(8, true, format), number(BigInt.asUintN(64, value)))).toBe(expected);
  });

  test.each([
    [0n, "0s"],
    [1n, "1ns"],
    [1_100n, "1.1µs"],
    [2_200_000n, "2.2ms"],
    [1_500_000_000n, "1.5s"],
    [300_000_000_000n, "5m0s"],
    [3_600_000_000_001n, "1h0m0.000000001s"],
    [-1_000_000n, "-1ms"],
    [(1n << 63n) - 1n, "2562047h47m16.854775807s"],
    [-(1n << 63n), "-2562047h47m16.854775808s"],
  ])("a duration of %s ns is %s", (value, expected) => {
    expect(render(int(8, true, "duration"), number(BigInt.asUintN(64, value)))).toBe(expected);
  });

  test("a bool", () => {
    expect(render([{ kind: "bool", offset: 0 }], number(0n))).toBe("false");
    expect(render([{ kind: "bool", offset: 0 }], number(1n))).toBe("true");
    expect(render([{ kind: "bool", offset: 0 }], {})).toEqual({ incomplete: "…" });
  });
});

describe("choices", () => {
  const choice = (min: number | null, max: number | null): MessagePart[] => [
    {
      kind: "if",
      offset: 0,
      size: 2,
      signed: true,
      min,
      max,
      yes: [{ kind: "text", text: "yes" }],
      no: [{ kind: "text", text: "no" }],
    },
  ];

  test("if: both bounds belong to it", () => {
    const at = (value: bigint) => render(choice(-2, 3), number(BigInt.asUintN(16, value)));
    expect([-3n, -2n, 0n, 3n, 4n].map(at)).toEqual(["no", "yes", "yes", "yes", "no"]);
  });

  test("if: null is no bound", () => {
    expect(render(choice(null, 0), number(0x8000n))).toBe("yes");
    expect(render(choice(0, null), number(0x8000n))).toBe("no");
    expect(render(choice(0, null), {})).toEqual({ incomplete: "…" });
  });

  test("switch: a case or the fallback", () => {
    const parts: MessagePart[] = [
      {
        kind: "switch",
        offset: 0,
        size: 1,
        signed: true,
        cases: [
          [-1, "minus one"],
          [2, "two"],
        ],
        fallback: [
          { kind: "text", text: "code " },
          { kind: "int", offset: 0, size: 1, signed: true },
        ],
      },
    ];
    expect(render(parts, number(255n))).toBe("minus one");
    expect(render(parts, number(2n))).toBe("two");
    expect(render(parts, number(254n))).toBe("code -2");
    expect(render(parts, {})).toEqual({ incomplete: "…" });
  });

  test("ifText: compares at an index, and needs the bytes that it compares", () => {
    const parts: MessagePart[] = [
      {
        kind: "ifText",
        offset: 0,
        at: 1,
        text: "oo",
        yes: [{ kind: "text", text: "yes" }],
        no: [{ kind: "text", text: "no" }],
      },
    ];
    expect(render(parts, strings({ 0: "root" }))).toBe("yes");
    expect(render(parts, strings({ 0: "rout" }))).toBe("no");
    expect(render(parts, strings({ 0: "ro" }))).toBe("no");
    const cut = { text: () => ({ bytes: new TextEncoder().encode("ro"), length: 4 }) };
    expect(render(parts, cut)).toEqual({ incomplete: "…" });
  });
});

describe("what interfaces hold", () => {
  test("a cause, by its own text or by fmt", () => {
    const object = { error: (_: number, formatted: boolean) => (formatted ? null : encode("why")) };
    expect(render([{ kind: "error", offset: 8 }], object)).toBe("why");
    expect(render([{ kind: "error", offset: 8, formatted: true }], object)).toEqual({ incomplete: "…" });
  });

  test("join: the separator stands between", () => {
    const parts: MessagePart[] = [{ kind: "join", offset: 0, separator: "\n" }];
    expect(render(parts, { errors: () => ["a", "", "c"].map(encode) })).toBe("a\n\nc");
    expect(render(parts, { errors: () => [encode("a")] })).toBe("a");
    expect(render(parts, {})).toEqual({ incomplete: "…" });
  });

  test("String() and fmt's text of any value, each asked at its offset", () => {
    const object: Partial<FieldReader> = {
      stringer: (offset) => encode(`stringer ${offset}`),
      any: (offset, verb) => encode(`%${verb} ${offset}`),
    };
    expect(render([{ kind: "stringer", offset: 8 }], object)).toBe("stringer 8");
    expect(render([{ kind: "any", offset: 24, verb: "v" }], object)).toBe("%v 24");
  });
});
