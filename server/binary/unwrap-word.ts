/** What a word holds while a method runs, in terms of its receiver. */
export type Word =
  /** Address of the object + `offset`. */
  | { kind: "object"; offset: number }
  /** The 8 bytes at `offset` of the object. */
  | { kind: "field"; offset: number }
  /** The 8 bytes at `at` of what the pointer at `offset` of the object leads to. */
  | { kind: "beyond"; offset: number; at: number }
  /** The pointer at `offset` of the object, plus `at`. */
  | { kind: "inside"; offset: number; at: number }
  | { kind: "static"; address: number }
  /** The 8 bytes at a static address. */
  | { kind: "variable"; address: number }
  /** The address of an object that the method allocates. */
  | { kind: "new" }
  | { kind: "number"; number: number }
  | { kind: "frame"; slot: number }
  /** What the runtime gave for an interface conversion. */
  | { kind: "converted" }
  | { kind: "unknown" };

export const UNKNOWN: Word = { kind: "unknown" };

/** The word plus a number of bytes. */
export function moved(word: Word, by: number): Word {
  if (by === 0) return word;
  if (word.kind === "object") return { kind: "object", offset: word.offset + by };
  if (word.kind === "frame") return { kind: "frame", slot: word.slot + by };
  if (word.kind === "static") return { kind: "static", address: word.address + by };
  if (word.kind === "number") return { kind: "number", number: word.number + by };
  if (word.kind === "field") return { kind: "inside", offset: word.offset, at: by };
  if (word.kind === "inside") return { kind: "inside", offset: word.offset, at: word.at + by };
  return UNKNOWN;
}
