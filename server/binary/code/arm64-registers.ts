/** Numbers of X0 to X30 are their own. */
export const SP = 31;
export const FP = 29;
export const LINK = 30;
export const G = 28;
/** Reserved for the platform: no Go code uses it, so that the decoder keeps what is between two rows of one instruction in it. */
export const SCRATCH = 18;
/** The assembler's own, for what takes it two instructions. */
export const ASSEMBLER = 27;

/** What a register is known to hold, by the instructions just before. */
export const Known = { NOTHING: 0, STATIC: 1, NUMBER: 2, FRAME: 3 } as const;
