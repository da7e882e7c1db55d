/** The lines of the cases of anys.go; see truth.ts. */
export const anyStories: Record<string, readonly string[]> = {
  anyPrinted: [
    'new main.anyPrinted: *main.pointerError "pointer printed as any"',
    'written main.anyPrinted: *main.pointerError "pointer printed as any"',
  ],
  anyNewPrinted: [
    'new main.anyNewPrinted: *errors.errorString "only printed"',
    'written main.anyNewPrinted: *errors.errorString "only printed"',
  ],
  anyTwoPrinted: [
    'new main.anyTwoPrinted: *errors.errorString "one of two"',
    'new main.anyTwoPrinted: *errors.errorString "two of two"',
    'written main.anyTwoPrinted: *errors.errorString "one of two"',
    'written main.anyTwoPrinted: *errors.errorString "two of two"',
  ],
  anyWrapped: [
    'new main.anyWrapped: *errors.errorString "inner"',
    'wrap main.anyWrapped: *fmt.wrapError "outer: inner" [unwrap *errors.errorString "inner"]',
  ],
  anyLost: [
    'new main.anyLost: *errors.errorString "outer: pointer lost as any" [mention *main.pointerError "pointer lost as any"] !cause-lost',
    'new main.anyLost: *main.pointerError "pointer lost as any"',
  ],
  anyPanicked: [
    'new main.anyPanicked.func1: *main.pointerError "pointer panicked as any"',
    'new main.caught.func1: *errors.errorString "caught: pointer panicked as any" [mention *main.pointerError "pointer panicked as any"] !cause-lost',
    'panic main.anyPanicked.func1: *main.pointerError "pointer panicked as any"',
    "recover main.caught.func1",
  ],
  anyPanickedNew: [
    'new main.anyPanickedNew.func1: *errors.errorString "only panicked"',
    'new main.caught.func1: *errors.errorString "caught: only panicked" [mention *errors.errorString "only panicked"] !cause-lost',
    'panic main.anyPanickedNew.func1: *errors.errorString "only panicked"',
    "recover main.caught.func1",
  ],
  anySlogged: [
    'new main.anySlogged: *main.pointerError "pointer slogged as any"',
    'written main.anySlogged: *main.pointerError "pointer slogged as any"',
  ],
  anyHeld: [
    'convert main.anyHeld: main.valueError "value 8"',
    'new main.anyHeld: *main.pointerError "pointer in a context"',
    'new main.anyHeld: *main.pointerError "pointer in a list"',
    'new main.anyHeld: *main.pointerError "pointer in a map"',
    'new main.anyHeld: *main.pointerError "pointer in a sync.Map"',
    'new main.anyHeld: *main.pointerError "pointer in an atomic"',
    'new main.anyHeld: *main.pointerError "pointer sent as any"',
  ],
  anyMarshalled: ['new main.anyMarshalled: *main.reply "marshalled"'],
  anyOfCause: [
    'new main.fail: *main.pointerError "pointer cause of held"',
    'wrap main.anyOfCause: *main.wrapper "held: pointer cause of held" [unwrap *main.pointerError "pointer cause of held"]',
  ],
  anyThenReturned: [
    'new main.anyThenReturned: *main.pointerError "pointer written, then returned"',
    'written main.anyThenReturned: *main.pointerError "pointer written, then returned"',
  ],
  anyThenConverted: [
    'new main.born: *main.pointerError "pointer held at birth"',
    'return of main.anyThenConverted: *main.pointerError "pointer held at birth"',
  ],
  anyRepeated: [
    ...Array<string>(3).fill('new main.anyRepeated: *errors.errorString "again and again"'),
    ...Array<string>(3).fill('written main.anyRepeated: *errors.errorString "again and again"'),
  ],
  anyTwice: [
    'new main.anyTwice: *main.pointerError "pointer held twice"',
    'written main.anyTwice: *main.pointerError "pointer held twice"',
  ],
  anyOfError: ['new main.fail: *main.pointerError "pointer was an error"'],
  anyOfValue: ['convert main.failValue: main.valueError "value 9"'],
  anyFilled: [],
};
