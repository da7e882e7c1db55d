/** crypto/tls.alert and AlertError, whose texts are in a map that is made at start (src/crypto/tls/alert.go). Pure. */
import type { MessagePart } from "../model.ts";

/** In Go 1.20 to 1.27, as RFC 8446 numbers them. */
const TEXTS: readonly [number, string][] = [
  [0, "close notify"],
  [10, "unexpected message"],
  [20, "bad record MAC"],
  [21, "decryption failed"],
  [22, "record overflow"],
  [30, "decompression failure"],
  [40, "handshake failure"],
  [42, "bad certificate"],
  [43, "unsupported certificate"],
  [44, "revoked certificate"],
  [45, "expired certificate"],
  [46, "unknown certificate"],
  [47, "illegal parameter"],
  [48, "unknown certificate authority"],
  [49, "access denied"],
  [50, "error decoding message"],
  [51, "error decrypting message"],
  [60, "export restriction"],
  [70, "protocol version not supported"],
  [71, "insufficient security level"],
  [80, "internal error"],
  [86, "inappropriate fallback"],
  [90, "user canceled"],
  [100, "no renegotiation"],
  [109, "missing extension"],
  [110, "unsupported extension"],
  [111, "certificate unobtainable"],
  [112, "unrecognized name"],
  [113, "bad certificate status response"],
  [114, "bad certificate hash value"],
  [115, "unknown PSK identity"],
  [116, "certificate required"],
  [120, "no application protocol"],
];
const ECH_REQUIRED = 121;

/** The message of an alert, a uint8 at offset 0. */
export function alertParts(goMinor: number): MessagePart[] {
  const number = { offset: 0, size: 1, signed: false } as const;
  const cases = TEXTS.map(([code, text]): [number, string] => [code, `tls: ${text}`]);
  // there from 1.24 on, not yet in 1.22
  if (goMinor >= 24) cases.push([ECH_REQUIRED, "tls: encrypted client hello required"]);
  const other: MessagePart[] = [
    { kind: "text", text: "tls: alert(" },
    { kind: "int", ...number },
    { kind: "text", text: ")" },
  ];
  const unchecked: MessagePart = {
    kind: "if",
    ...number,
    min: ECH_REQUIRED,
    max: ECH_REQUIRED,
    yes: [{ kind: "unknown", reason: "alert 121 in Go 1.23 wasn't checked" }],
    no: other,
  };
  return [{ kind: "switch", ...number, cases, fallback: goMinor === 23 ? [unchecked] : other }];
}
