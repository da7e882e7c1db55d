import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { buildGo } from "../../../tests/support/go.ts";
import { errorTypesOf, readGoBinary } from "../index.ts";
import type { GoBinary } from "../model.ts";
import { alertParts } from "./alerts.ts";
import { type FieldReader, type MessageSubject, messageOf, renderMessage } from "./index.ts";
import { standardMessage } from "./standard.ts";

/** An object whose bytes are `bytes`, with no texts. */
function objectOf(bytes: number[]): FieldReader {
  const none = () => null;
  const uint = (offset: number, size: number) =>
    bytes.slice(offset, offset + size).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return { text: none, uint, error: none, stringer: none, any: none, errors: none, type: none, behind: none };
}

describe("types that are known by name, in a program with net/http", () => {
  let binary: GoBinary;
  let types: Map<string, MessageSubject>;
  beforeAll(() => {
    binary = readGoBinary(readFileSync(buildGo({ dir: "server/demo" })));
    types = new Map(errorTypesOf(binary).map((type) => [type.name, type]));
  });

  const message = (name: string, bytes: number[]): string => {
    const info = messageOf(binary, types.get(name)!);
    if (info.kind !== "template") throw new Error(`${name}: ${JSON.stringify(info)}`);
    expect(info.template.gaps).toEqual([]);
    const { text, complete } = renderMessage(info.template, objectOf(bytes));
    expect(complete).toBe(true);
    return text;
  };

  test("TLS alerts", () => {
    for (const name of ["tls.AlertError", "*tls.AlertError", "tls.alert", "*tls.alert"]) {
      expect(message(name, [40])).toBe("tls: handshake failure");
      expect(message(name, [0])).toBe("tls: close notify");
      expect(message(name, [121])).toBe("tls: encrypted client hello required");
      expect(message(name, [200])).toBe("tls: alert(200)");
    }
  });

  test("codes of HTTP/2", () => {
    expect(message("http.http2ConnectionError", [1, 0, 0, 0])).toBe("connection error: PROTOCOL_ERROR");
    expect(message("http.http2ConnectionError", [14, 0, 0, 0])).toBe(
      "connection error: unknown error code 0xe",
    );
    const stream = [7, 0, 0, 0, 8, 0, 0, 0, ...Array<number>(16).fill(0)];
    expect(message("http.http2StreamError", stream)).toBe("stream error: stream ID 7; CANCEL");
  });

  test("a type with the name of a known one but other fields, another method or an unknown Go isn't claimed", () => {
    const type = types.get("*errors.joinError")!;
    expect(standardMessage(type, binary)).toEqual([{ kind: "join", offset: 0, separator: "\n" }]);
    expect(standardMessage({ ...type, fields: [] }, binary)).toBeNull();
    const other = types.get("*errors.errorString")!;
    expect(standardMessage({ ...type, address: other.address }, binary)).toBeNull();
    expect(standardMessage(type, { ...binary, goMinor: 28 })).toBeNull();
    expect(standardMessage(type, { ...binary, goMinor: 19 })).toBeNull();
  });
});

test("the alert that came between Go 1.22 and 1.24", () => {
  const text = (goMinor: number) => {
    const { text, complete } = renderMessage({ parts: alertParts(goMinor) }, objectOf([121]));
    return complete ? text : null;
  };
  expect([22, 23, 24].map(text)).toEqual(["tls: alert(121)", null, "tls: encrypted client hello required"]);
});
