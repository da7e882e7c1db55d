import { anyStories } from "./any-truth.ts";
import { keptStories } from "./truth-kept.ts";
import { swallowedStories } from "./truth-swallowed.ts";

/**
 * What errscope must tell of each case of this program, read by hand from its source: every line that there is, no other.
 * A line is `what where: type "message" [causes] !traps` (tests/support/story.ts). The lines of a case are those of events
 * with its function on the stack, sorted; so what lostThenWrapped makes by calling lostByV is told there too.
 */
export const stories: Record<string, readonly string[]> = {
  ...anyStories,
  newInlined: ['new main.newInlined: *errors.errorString "new inlined"'],
  valueConverted: ['convert main.valueConverted: main.valueError "value 7"'],
  genericMade: ['new main.genericMade: *main.generic[int] "generic 42"'],
  embeddedMade: [
    'new main.embeddedMade: *main.embedded "pointer inner" [field *main.pointerError "pointer inner"]',
  ],
  listMade: [
    'new main.listMade: *main.pointerError "pointer one"',
    'new main.listMade: *main.pointerError "pointer three"',
    'new main.listMade: *main.pointerError "pointer two"',
  ],
  wrapOnce: [
    'new main.fail: *main.pointerError "pointer a"',
    'wrap main.wrapOnce: *fmt.wrapError "once: pointer a" [unwrap *main.pointerError "pointer a"]',
  ],
  wrapTwice: [
    'new main.fail: *main.pointerError "pointer a"',
    'new main.fail: *main.pointerError "pointer b"',
    'wrap main.wrapTwice: *fmt.wrapErrors "twice: pointer a and pointer b" [unwrap *main.pointerError "pointer a", unwrap *main.pointerError "pointer b"]',
  ],
  wrapMixed: [
    'new main.fail: *main.pointerError "pointer gone"',
    'new main.fail: *main.pointerError "pointer kept"',
    'wrap main.wrapMixed: *fmt.wrapError "mixed: pointer kept, pointer gone" [unwrap *main.pointerError "pointer kept", mention *main.pointerError "pointer gone"] !cause-lost',
  ],
  customWrap: [
    'new main.fail: *main.pointerError "pointer under"',
    'wrap main.customWrap: *main.wrapper "custom: pointer under" [unwrap *main.pointerError "pointer under"]',
  ],
  heldNotWrapped: [
    'new main.fail: *main.pointerError "pointer inside"',
    'new main.heldNotWrapped: *main.holder "held" [field *main.pointerError "pointer inside"]',
  ],
  joined: [
    'join main.joined: *errors.joinError "pointer a\\npointer b" [unwrap *main.pointerError "pointer a", unwrap *main.pointerError "pointer b"]',
    'new main.fail: *main.pointerError "pointer a"',
    'new main.fail: *main.pointerError "pointer b"',
  ],
  joinedTwice: [
    'join main.joinedTwice: *errors.joinError "pointer a\\npointer b" [unwrap *main.pointerError "pointer a", unwrap *main.pointerError "pointer b"]',
    'join main.joinedTwice: *errors.joinError "pointer a\\npointer b\\npointer c" [unwrap *errors.joinError "pointer a\\npointer b" [unwrap *main.pointerError "pointer a", unwrap *main.pointerError "pointer b"], unwrap *main.pointerError "pointer c"]',
    'new main.fail: *main.pointerError "pointer a"',
    'new main.fail: *main.pointerError "pointer b"',
    'new main.fail: *main.pointerError "pointer c"',
  ],
  inClosure: ['new main.inClosure.func1: *main.pointerError "pointer closure 1"'],
  inDefer: ['new main.inDefer.func1: *main.pointerError "pointer deferred"'],
  cancelCause: ['new main.fail: *main.pointerError "pointer the reason"'],
  lostByV: [
    'new main.fail: *main.pointerError "pointer by v"',
    'new main.fail: *main.pointerError "pointer by v"',
    'new main.lostByV: *errors.errorString "lost: pointer by v" [mention *main.pointerError "pointer by v"] !cause-lost',
    'new main.lostByV: *errors.errorString "lost: pointer by v" [mention *main.pointerError "pointer by v"] !cause-lost',
  ],
  lostByS: [
    'new main.fail: *main.pointerError "pointer by s"',
    'new main.lostByS: *errors.errorString "lost: pointer by s" [mention *main.pointerError "pointer by s"] !cause-lost',
  ],
  lostBySprint: [
    'new main.fail: *main.pointerError "pointer by sprint"',
    'new main.lostBySprint: *errors.errorString "sprint: pointer by sprint" [mention *main.pointerError "pointer by sprint"] !cause-lost',
  ],
  lostIntoStruct: [
    'new main.fail: *main.pointerError "pointer in a field"',
    'new main.lostIntoStruct: *main.pointerError "pointer struct pointer in a field" [mention *main.pointerError "pointer in a field"] !cause-lost',
  ],
  lostThenWrapped: [
    'new main.fail: *main.pointerError "pointer by v"',
    'new main.lostByV: *errors.errorString "lost: pointer by v" [mention *main.pointerError "pointer by v"] !cause-lost',
    'wrap main.lostThenWrapped: *fmt.wrapError "outer: lost: pointer by v" [unwrap *errors.errorString "lost: pointer by v" [mention *main.pointerError "pointer by v"]]',
  ],
  printedNotLost: [
    'new main.fail: *main.pointerError "pointer printed"',
    'new main.printedNotLost: *errors.errorString "another"',
    'written main.printedNotLost: *main.pointerError "pointer printed"',
  ],
  notByChance: [
    'new main.fail: *main.pointerError "pointer chance"',
    'new main.notByChance: *errors.errorString "not by pointer chance"',
    'written main.formatted: *main.pointerError "pointer chance"',
  ],
  logged: [
    'new main.fail: *main.pointerError "pointer logged"',
    'return of main.logged: *main.pointerError "pointer logged"',
    'written main.logged: *main.pointerError "pointer logged"',
  ],
  loggedBySlog: [
    'new main.fail: *main.pointerError "pointer slogged"',
    'written main.loggedBySlog: *main.pointerError "pointer slogged"',
  ],
  printed: [
    'new main.fail: *main.pointerError "pointer printed by Fprintln"',
    'return of main.printed: *main.pointerError "pointer printed by Fprintln"',
    'written main.printed: *main.pointerError "pointer printed by Fprintln"',
  ],
  badMethod: [
    'panic main.(*badError).Error: runtime.errorString "runtime error: invalid memory address or nil pointer dereference"',
    "recover fmt.(*pp).catchPanic !error-method-panicked",
    'written main.(*badError).Error: runtime.errorString "runtime error: invalid memory address or nil pointer dereference"',
    'written main.badMethod: *main.badError "{p:<nil>}"',
  ],
  typedNil: ["convert main.typedNil: *main.pointerError nil !typed-nil"],
  cyclic: [
    'new main.cyclic: *main.holder "in between"',
    'panic main.cyclic: *main.wrapper "{what:outer}" [unwrap *main.wrapper "{what:cycle}" [unwrap *main.wrapper "(cycle: *main.wrapper holds itself)"]] !cyclic-chain',
    "recover main.cyclic.func1 !panic-dropped (dropped main.cyclic.func1)",
    'wrap main.cyclic: *main.wrapper "cycle: in between" [unwrap *main.holder "in between"]',
    'wrap main.cyclic: *main.wrapper "{what:outer}" [unwrap *main.wrapper "{what:cycle}" [unwrap *main.wrapper "(cycle: *main.wrapper holds itself)"]] !cyclic-chain',
  ],
  sameTwice: [
    'join main.sameTwice: *errors.joinError "first: pointer same\\nsecond: pointer same" [unwrap *fmt.wrapError "first: pointer same" [unwrap *main.pointerError "pointer same"], unwrap *fmt.wrapError "second: pointer same" [unwrap *main.pointerError "pointer same"]]',
    'new main.fail: *main.pointerError "pointer same"',
    'wrap main.sameTwice: *fmt.wrapError "first: pointer same" [unwrap *main.pointerError "pointer same"]',
    'wrap main.sameTwice: *fmt.wrapError "second: pointer same" [unwrap *main.pointerError "pointer same"]',
  ],
  addressReused: [
    'new main.fail: *main.pointerError "pointer short-lived 0" !swallowed (dropped main.addressReused)',
    'new main.fail: *main.pointerError "pointer short-lived 1" !swallowed (dropped main.addressReused)',
    'new main.fail: *main.pointerError "pointer short-lived 2" !swallowed (dropped main.addressReused)',
  ],
  overChannel: [
    'new main.fail: *main.pointerError "pointer sent"',
    'wrap main.overChannel: *fmt.wrapError "received: pointer sent" [unwrap *main.pointerError "pointer sent"]',
  ],
  workersDropped: [
    'new main.fail: *main.pointerError "pointer worker 0"',
    'new main.fail: *main.pointerError "pointer worker 1"',
    'new main.fail: *main.pointerError "pointer worker 2"',
    'wrap main.workersDropped: *fmt.wrapError "workers: pointer worker 0" [unwrap *main.pointerError "pointer worker 0"]',
  ],
  panicError: [
    'new main.caught.func1: *errors.errorString "caught: pointer panicked" [mention *main.pointerError "pointer panicked"] !cause-lost',
    'new main.fail: *main.pointerError "pointer panicked"',
    'panic main.panicError.func1: *main.pointerError "pointer panicked"',
    "recover main.caught.func1",
  ],
  panicString: [
    'new main.caught.func1: *errors.errorString "caught: just text"',
    'panic main.panicString.func1: string "just text"',
    "recover main.caught.func1",
  ],
  panicInt: [
    'new main.caught.func1: *errors.errorString "caught: 41"',
    'panic main.panicInt.func1: int "41"',
    "recover main.caught.func1",
  ],
  panicStruct: [
    'new main.caught.func1: *errors.errorString "caught: {1 2}"',
    'panic main.panicStruct.func1: struct { a int; b int } "(struct { a int; b int }) 0x…"',
    "recover main.caught.func1",
  ],
  panicNil: [
    'new main.caught.func1: *errors.errorString "caught: panic called with nil argument" [mention *runtime.PanicNilError "panic called with nil argument"] !cause-lost',
    'panic main.panicNil.func1: nil "nil"',
    "recover main.caught.func1",
  ],
  nilMap: [
    'new main.caught.func1: *errors.errorString "caught: assignment to entry in nil map" [mention runtime.plainError "assignment to entry in nil map"] !cause-lost',
    'panic main.nilMap.func1: runtime.plainError "assignment to entry in nil map"',
    "recover main.caught.func1",
  ],
  nilPointer: [
    'new main.caught.func1: *errors.errorString "caught: runtime error: invalid memory address or nil pointer dereference" [mention runtime.errorString "runtime error: invalid memory address or nil pointer dereference"] !cause-lost',
    'panic main.nilPointer.func1: runtime.errorString "runtime error: invalid memory address or nil pointer dereference"',
    "recover main.caught.func1",
  ],
  outOfRange: [
    'new main.caught.func1: *errors.errorString "caught: runtime error: index out of range [5] with length 1" [mention runtime.boundsError "runtime error: index out of range [5] with length 1"] !cause-lost',
    'panic main.outOfRange.func1: runtime.boundsError "runtime error: index out of range [5] with length 1"',
    "recover main.caught.func1",
  ],
  divideByZero: [
    'new main.caught.func1: *errors.errorString "caught: runtime error: integer divide by zero" [mention runtime.errorString "runtime error: integer divide by zero"] !cause-lost',
    'panic main.divideByZero.func1: runtime.errorString "runtime error: integer divide by zero"',
    "recover main.caught.func1",
  ],
  badAssertion: [
    'new main.caught.func1: *errors.errorString "caught: interface conversion: interface {} is string, not int" [mention *runtime.TypeAssertionError "interface conversion: interface {} is string, not int"] !cause-lost',
    'panic main.badAssertion.func1: *runtime.TypeAssertionError "interface conversion: interface {} is string, not int"',
    "recover main.caught.func1",
  ],
  nilCall: [
    'new main.caught.func1: *errors.errorString "caught: runtime error: invalid memory address or nil pointer dereference" [mention runtime.errorString "runtime error: invalid memory address or nil pointer dereference"] !cause-lost',
    'panic main.nilCall.func1: runtime.errorString "runtime error: invalid memory address or nil pointer dereference"',
    "recover main.caught.func1",
  ],
  repanic: [
    'new main.caught.func1: *errors.errorString "caught: pointer again" [mention *main.pointerError "pointer again"] !cause-lost',
    'new main.fail: *main.pointerError "pointer again"',
    'panic main.repanic.func1.1: *main.pointerError "pointer again" again',
    'panic main.repanic.func1: *main.pointerError "pointer again"',
    "recover main.caught.func1",
    "recover main.repanic.func1.1",
  ],
  nestedPanic: [
    'new main.caught.func1: *errors.errorString "caught: pointer second" [mention *main.pointerError "pointer second"] !cause-lost',
    'new main.fail: *main.pointerError "pointer first"',
    'new main.fail: *main.pointerError "pointer second"',
    'panic main.nestedPanic.func1.1: *main.pointerError "pointer second" during another',
    'panic main.nestedPanic.func1: *main.pointerError "pointer first"',
    "recover main.caught.func1",
  ],
  goexit: ["goexit main.goexit.func1"],
  ...swallowedStories,
  ...keptStories,
};

/** How a case ends the program: lines of its last events, the exit, and the message of the error in flight. */
export const endings: Record<
  string,
  { story: readonly string[]; code: number; by: string | null; inFlight: string | null }
> = {
  exitOne: {
    story: [
      'new main.fail: *main.pointerError "pointer config"',
      'wrap main.exitOne: *fmt.wrapError "could not start: pointer config" [unwrap *main.pointerError "pointer config"]',
      'written main.exitOne: *fmt.wrapError "could not start: pointer config" [unwrap *main.pointerError "pointer config"]',
    ],
    code: 1,
    by: "main.exitOne",
    inFlight: "could not start: pointer config",
  },
  logFatal: {
    story: [
      'new main.fail: *main.pointerError "pointer fatal"',
      'written main.logFatal: *main.pointerError "pointer fatal"',
    ],
    code: 1,
    by: "main.logFatal",
    inFlight: "pointer fatal",
  },
  exitTested: {
    story: ['new main.fail: *main.pointerError "pointer only tested"'],
    code: 3,
    by: "main.exitTested",
    inFlight: "pointer only tested",
  },
  exitAfterTwo: {
    story: [
      'new main.fail: *main.pointerError "pointer met since"',
      'new main.fail: *main.pointerError "pointer written"',
      'written main.exitAfterTwo: *main.pointerError "pointer written"',
    ],
    code: 5,
    by: "main.exitAfterTwo",
    inFlight: null,
  },
  exitAlone: { story: [], code: 4, by: "main.exitAlone", inFlight: null },
  exitZero: {
    story: [
      'new main.fail: *main.pointerError "pointer of no matter"',
      'written main.exitZero: *main.pointerError "pointer of no matter"',
    ],
    code: 0,
    by: "main.exitZero",
    inFlight: null,
  },
  panicUnrecovered: {
    story: [
      "fatal main.panicUnrecovered: panic: pointer unrecovered",
      'new main.fail: *main.pointerError "pointer unrecovered"',
      'panic main.panicUnrecovered: *main.pointerError "pointer unrecovered"',
    ],
    code: 2,
    by: "main.panicUnrecovered",
    inFlight: "pointer unrecovered",
  },
  panicInDefer: {
    story: [
      "fatal main.panicInDefer.func1: panic: pointer first\n\tpanic: second",
      'new main.fail: *main.pointerError "pointer first"',
      'panic main.panicInDefer.func1: string "second" during another',
      'panic main.panicInDefer: *main.pointerError "pointer first"',
    ],
    code: 2,
    by: "main.panicInDefer.func1",
    inFlight: "pointer first",
  },
  mapRead: {
    story: ["fatal main.mapRead: concurrent map read and map write"],
    code: 2,
    by: null,
    inFlight: null,
  },
  unlocked: {
    story: ["fatal main.unlocked: sync: unlock of unlocked mutex"],
    code: 2,
    by: null,
    inFlight: null,
  },
  returns: {
    story: ['new main.fail: *main.pointerError "pointer and returned"'],
    code: 0,
    by: null,
    inFlight: null,
  },
};

/** Cases that a Go version can't compile. */
const SINCE: Record<string, string> = { loggedBySlog: "1.21", anySlogged: "1.21" };

export const casesFor = (go: string): string[] =>
  Object.keys(stories).filter((name) => (SINCE[name] ?? "") <= go);

/**
 * Go 1.27 made runtime.PanicNilError's text begin as those of other runtime errors do; before 1.21 there was none, and the wrapper of
 * a deferred call was named as a function literal.
 */
export function storyFor(name: string, go: string): readonly string[] {
  const text = "panic called with nil argument";
  if (go < "1.21" && name === "panicNil") return ['panic main.panicNil.func1: nil "nil"'];
  return stories[name]!.map((line) => {
    const named = go < "1.21" ? line.replace(/deferwrap(\d)/, "func$1") : line;
    return go < "1.27" ? named : named.replaceAll(text, `runtime error: ${text}`);
  });
}
