/** What errscope must tell of each case of this program, read by hand from its source, in order: every line that there is, no other. */
const failed = (name: string): string => `new main.fail: *main.pointerError "pointer ${name}"`;
const dropped = (error: string, kept: string, by = "Go"): string =>
  `return of golang.org/x/sync/errgroup.(*Group).${by}.func1: ${error} !dropped-after-first (kept "pointer ${kept}")`;
const pointer = (name: string): string => `*main.pointerError "pointer ${name}"`;
const wrapped = '*fmt.wrapError "wrapped: pointer third" [unwrap *main.pointerError "pointer third"]';

export const stories: Record<string, readonly string[]> = {
  threeFail: [
    failed("first"),
    failed("second"),
    dropped(pointer("second"), "first"),
    failed("third"),
    `wrap main.threeFail.func3: ${wrapped}`,
    dropped(wrapped, "first"),
  ],
  oneFails: [failed("only")],
  sentinelAfter: [
    failed("before"),
    'sentinel of main.sentinelAfter.func2: *errors.errorString "missing"',
    dropped('*errors.errorString "missing"', "before"),
  ],
  // the program keeps one value, and is given it again: nothing is lost
  sameTwice: [
    'sentinel of main.sameTwice.func1: *errors.errorString "missing"',
    'sentinel of main.sameTwice.func2: *errors.errorString "missing"',
  ],
  loggedAfter: [
    failed("kept"),
    failed("logged"),
    `return of main.loggedAfter.func2: ${pointer("logged")}`,
    `written main.loggedAfter.func2: ${pointer("logged")}`,
    dropped(pointer("logged"), "kept"),
  ],
  withContext: [failed("cancels"), failed("comes late"), dropped(pointer("comes late"), "cancels")],
  tried: [
    failed("tried first"),
    failed("tried second"),
    dropped(pointer("tried second"), "tried first", "TryGo"),
  ],
  twoGroups: [
    failed("of one"),
    failed("of another"),
    'join main.twoGroups: *errors.joinError "pointer of one\\npointer of another" [unwrap *main.pointerError "pointer of one", unwrap *main.pointerError "pointer of another"]',
  ],
};
