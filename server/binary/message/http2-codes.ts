/**
 * Names of HTTP/2's error codes (RFC 9113, section 7), as String() of ErrCode gives them: src/net/http/h2_bundle.go of
 * Go 1.20 to 1.26, src/net/http/internal/http2/errors.go of Go 1.27, golang.org/x/net/http2/errors.go. Pure.
 */
import type { IntegerSize, MessagePart } from "../model.ts";

const NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** The name of the unsigned code at `offset`. */
export function errCodeParts({ offset, size }: { offset: number; size: IntegerSize }): MessagePart[] {
  const number = { offset, size, signed: false } as const;
  const fallback: MessagePart[] = [
    { kind: "text", text: "unknown error code 0x" },
    { kind: "int", ...number, format: "%x" },
  ];
  return [{ kind: "switch", ...number, cases: NAMES.map((name, code) => [code, name]), fallback }];
}
