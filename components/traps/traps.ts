import type { Trap } from "../../server/events/index.ts";

/** Each trap in words: its name, what it means, and what to do. */
export const TRAPS: Record<Trap, { name: string; meaning: string }> = {
  "cause-lost": {
    name: "cause lost",
    meaning:
      "The text of another error was put into this one without %w: errors.Is and errors.As can't find the cause. Use %w to keep it.",
  },
  "cyclic-chain": {
    name: "cyclic chain",
    meaning:
      "Unwrap leads back to this error: errors.Is and errors.As would not end. Don't let an error wrap itself.",
  },
  "error-method-panicked": {
    name: "Error method panicked",
    meaning:
      "Package fmt recovered from a panic in an Error, String or Format method: often a nil receiver that the method doesn't expect.",
  },
  "typed-nil": {
    name: "typed nil",
    meaning:
      "A nil pointer in an interface that is not nil: err != nil is true. Return a plain nil instead of a nil *T.",
  },
};
