/** What errscope must tell of the cases of swallowed.go, read by hand from their source: as in truth.ts. */

/** An error that fail makes, and who lets it go. */
export const failed = (name: string, by?: string): string =>
  `new main.fail: *main.pointerError "pointer ${name}"${by ? ` !swallowed (${by})` : ""}`;

export const swallowedStories: Record<string, readonly string[]> = {
  dropBlank: [failed("blank", "dropped main.dropBlank")],
  dropCall: [failed("statement", "dropped main.dropCall")],
  dropTested: [failed("tested", "tested main.dropTested")],
  dropDefault: [failed("default", "tested main.dropDefault")],
  dropResult: [failed("second result", "dropped main.dropResult")],
  dropOk: [failed("made a bool", "tested main.dropOk")],
  dropPassed: [
    failed("passed", "dropped main.dropPassed"),
    'return of main.passes: *main.pointerError "pointer passed"',
  ],
  dropPlain: [failed("plain", "tested main.dropPlain")],
  dropPlainBlank: [failed("plain, blank", "dropped main.plain, or main.dropPlainBlank")],
  dropIs: [failed("asked", "compared main.dropIs")],
  dropNotExist: [failed("not there", "compared main.dropNotExist")],
  dropDeferred: [failed("close", "dropped main.dropDeferred.deferwrap1")],
  dropGo: [
    failed("in a goroutine", "dropped main.dropGo.func1"),
    'return of main.passes: *main.pointerError "pointer in a goroutine"',
  ],
  dropWrap: [
    failed("wrapped"),
    'wrap main.wrapping: *fmt.wrapError "wrapping: pointer wrapped" [unwrap *main.pointerError "pointer wrapped"] !swallowed (dropped main.dropWrap)',
  ],
  dropRetries: [failed("try 0", "tested main.dropRetries"), failed("try 1", "tested main.dropRetries")],
  dropMethod: [failed("by a method", "dropped main.dropMethod")],
  dropInterface: [failed("by an interface", "dropped main.dropInterface")],
  dropValue: [failed("by a function value", "dropped main.dropValue")],
  dropGeneric: [failed("generic", "dropped main.dropGeneric")],
  dropSentinel: [
    'sentinel of main.missing: *errors.errorString "missing" !swallowed (tested main.dropSentinel)',
  ],
  dropLater: [failed("later", "tested main.dropLater")],
  dropIgnored: [failed("ignored", "dropped main.dropIgnored")],
  dropInlined: [failed("inlined", "dropped main.tries, or main.dropInlined")],
  testInlined: [failed("checked", "tested main.checks, or main.testInlined")],
  dropChain: [failed("far away")],
  dropLoop: [failed("in a loop", "dropped main.loops")],
  dropRetry: [failed("retry 0", "tested main.retries"), failed("retry 1", "tested main.retries")],
  dropTries: [0, 1, 2].map((i) => failed(`of three ${i}`, "tested main.tries3, or main.dropTries")),
  dropGoLast: [
    failed("last of a goroutine", "dropped main.dropGoLast.func1"),
    failed("tested at the end", "tested main.dropGoLast.func2"),
  ],
  panicDropped: [
    failed("dropped panic"),
    'panic main.panicDropped.func1: *main.pointerError "pointer dropped panic"',
    "recover main.panicDropped.func1.1 !panic-dropped (dropped main.panicDropped.func1.1)",
  ],
  panicTested: [
    'panic main.panicTested.func1: string "tested panic"',
    "recover main.panicTested.func1.1 !panic-dropped (tested main.panicTested.func1.1)",
  ],
  panicLogged: ['panic main.panicLogged.func1: string "logged panic"', "recover main.panicLogged.func1.1"],
  panicHandled: ['panic main.panicHandled.func1: string "handled panic"', "recover main.handles"],
  panicKept: ['panic main.panicKept.func1: string "kept panic"', "recover main.panicKept.func1.1"],
};
