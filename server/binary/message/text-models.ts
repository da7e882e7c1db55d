/** What functions do that quote or trim a text, told instead of followed: see models.ts. */
import type { MessagePart } from "../model.ts";
import { stop } from "./outcome.ts";
import type { State } from "./state.ts";
import { argumentParts, isReason } from "./strings.ts";
import { literal, literalOf } from "./text.ts";
import { joined, type Model, returnBytes, returnText } from "./text-results.ts";
import { trimText } from "./trim.ts";

/** Quote(s string) string and quoteWith(s string, quote byte, ASCIIonly, graphicOnly bool) string */
export const quote: Model = (machine, state) => returnText(state, quoted(argumentParts(machine, state, 0)));

export const quoteWith: Model = (machine, state) =>
  plainQuote(state, 2) ? quote(machine, state) : stop("a quotation of an unusual kind");

/** appendQuotedWith(buf []byte, s string, quote byte, ASCIIonly, graphicOnly bool) []byte */
export const appendQuoted: Model = (machine, state) => {
  const before = argumentParts(machine, state, 0);
  if (!plainQuote(state, 5)) return stop("a quotation of an unusual kind");
  return returnBytes(state, joined([before, quoted(argumentParts(machine, state, 3))]));
};

/** TrimSpace(s string) string */
export const trim: Model = (machine, state) => {
  const parts = argumentParts(machine, state, 0);
  if (isReason(parts)) return stop(parts);
  const text = literalOf(parts);
  return returnText(state, text === null ? [{ kind: "trimmed", parts }] : literal(trimText(text)));
};

/** quote(s string) string of package time, for times and durations that don't parse */
export const timeQuote: Model = (machine, state) => {
  const parts = argumentParts(machine, state, 0);
  return isReason(parts) ? stop(parts) : returnText(state, [{ kind: "quoted", parts, style: "time" }]);
};

const plainQuote = (state: State, index: number): boolean => {
  const wanted = [0x22n, 0n, 0n];
  return wanted.every((value, k) => {
    const argument = state.argument(index + k);
    return argument.kind === "constant" && argument.value === value;
  });
};

export const quoted = (parts: MessagePart[] | string): MessagePart[] | string =>
  isReason(parts) ? parts : [{ kind: "quoted", parts }];
