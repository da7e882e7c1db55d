/** What models of functions that make texts give back. */
import type { MessagePart } from "../model.ts";
import type { Machine } from "./machine.ts";
import { done, type Outcome, stop } from "./outcome.ts";
import type { State } from "./state.ts";
import { isReason } from "./strings.ts";
import { concatenate } from "./text.ts";

export type Model = (machine: Machine, state: State) => Outcome<State>;

export function returnText(state: State, parts: MessagePart[] | string): Outcome<State> {
  if (isReason(parts)) return stop(parts);
  state.returnsText({ parts });
  return done(state);
}

export function joined(lists: readonly (MessagePart[] | string)[]): MessagePart[] | string {
  const parts: MessagePart[][] = [];
  for (const list of lists) {
    if (isReason(list)) return list;
    parts.push(list);
  }
  return concatenate(...parts);
}

/** A text as the three words of a []byte. */
export function returnBytes(state: State, parts: MessagePart[] | string): Outcome<State> {
  if (isReason(parts)) return stop(parts);
  state.returnsText({ parts });
  const length = state.argument(1);
  state.returns(state.argument(0), length, length);
  return done(state);
}
