import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";

/** One call that the compiler inlined. */
export interface InlinedCall {
  /** Offset of the callee's name in funcnametab. */
  name: number;
  /** Offset from the function's entry of an instruction that stands for the call in its caller. */
  parentPc: number;
}

/** More inlined calls than one function has; a larger index is damage. */
const MAX_INDEX = 1 << 20;

/** Reads entries of FUNCDATA_InlTree (runtime/symtabinl.go, inlinedCall). */
export class InlineTrees {
  readonly #image: ElfImage;
  readonly #layout: GoLayout["inlinedCall"];

  constructor(image: ElfImage, layout: GoLayout["inlinedCall"]) {
    this.#image = image;
    this.#layout = layout;
  }

  /** Entry `index` of the tree at static address `tree`; null where it isn't in the file. */
  call(tree: number, index: number): InlinedCall | null {
    if (index >= MAX_INDEX) return null;
    const at = tree + index * this.#layout.size;
    const name = this.#image.i32(at + this.#layout.name);
    const parentPc = this.#image.i32(at + this.#layout.parentPc);
    return name === null || parentPc === null ? null : { name, parentPc };
  }
}
