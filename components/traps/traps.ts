import type { Trap } from "../../server/events/index.ts";

/** Each trap in words: its name, what it means, and what to do. */
export const TRAPS: Record<Trap, { name: string; meaning: string }> = {
  "cause-lost": {
    name: "cause lost",
    meaning:
      "The text of another error was put into this one without %w: errors.Is and errors.As can't find the cause. Use %w to keep it.",
  },
  "context-cause-lost": {
    name: "context cause lost",
    meaning:
      "The context was cancelled with a cause, but its Err only says that it was: what this error holds. Take context.Cause(ctx) instead of ctx.Err(), or wrap both.",
  },
  "cyclic-chain": {
    name: "cyclic chain",
    meaning:
      "Unwrap leads back to this error: errors.Is and errors.As would not end. Don't let an error wrap itself.",
  },
  "dropped-after-first": {
    name: "dropped after the first",
    meaning:
      "An errgroup.Group keeps the first error that it is given: Wait returns that one, and this one is lost. Log it in the function, or collect all with errors.Join.",
  },
  "error-method-panicked": {
    name: "Error method panicked",
    meaning:
      "Package fmt recovered from a panic in an Error, String or Format method: often a nil receiver that the method doesn't expect.",
  },
  "panic-dropped": {
    name: "panic dropped",
    meaning:
      "What recover gave was not used: the panic was neither thrown again nor logged nor returned with its value. Log it with its stack, or make an error of it.",
  },
  swallowed: {
    name: "swallowed",
    meaning:
      "By their machine code, the callers of what made this error only pass it up, to one that lets it go: it is not returned, wrapped, stored or logged from there on, though something else may be. Return, wrap or log it there; if it is of no matter, a comment may say so.",
  },
  "typed-nil": {
    name: "typed nil",
    meaning:
      "A nil pointer in an interface that is not nil: err != nil is true. Return a plain nil instead of a nil *T.",
  },
};
