/**
 * What errscope must tell of each case of this program, read by hand from its source, in order: every line that there is, no other.
 * Before Go 1.25 a context is not watched, so that nothing is said of its cause.
 */
const CANCELLED = '*errors.errorString "context canceled"';
const failed = (name: string): string => `new main.fail: *main.pointerError "pointer ${name}"`;

export function storiesFor(go: string): Record<string, readonly string[]> {
  const seen = go >= "1.25";
  const cause = (name: string, before = "") =>
    seen ? `${before}context *main.pointerError "pointer ${name}"` : "";
  const trap = seen ? " !context-cause-lost" : "";
  /** What Err gave, alone: with its cause. */
  const given = (name: string) => `${CANCELLED}${seen ? ` [${cause(name)}]` : ""}`;
  const wrap = (where: string, text: string, name: string, unwrapped = CANCELLED) =>
    `wrap main.${where}: *fmt.wrapError "${text}" [unwrap ${unwrapped}${cause(name, ", ")}]${trap}`;
  const unlinked = (where: string, text: string) =>
    `wrap main.${where}: *fmt.wrapError "${text}: context canceled" [unwrap ${CANCELLED}]`;
  const again = `*fmt.wrapError "inner: context canceled" [unwrap ${CANCELLED}${cause("again", ", ")}]`;
  return {
    wrapped: [failed("wrapped"), wrap("wrapped", "work: context canceled", "wrapped")],
    byV: [
      failed("by v"),
      `new main.byV: *errors.errorString "work: context canceled" [mention ${CANCELLED}${cause("by v", ", ")}] !cause-lost${trap}`,
    ],
    hop: [failed("hop"), ...(seen ? [`return of main.hop: ${given("hop")}${trap}`] : [])],
    below: [failed("below"), wrap("below", "below: context canceled", "below")],
    logged: [failed("logged"), `written main.logged: ${given("logged")}${trap}`],
    timedOut: [
      failed("too slow"),
      wrap(
        "timedOut",
        "work: context deadline exceeded",
        "too slow",
        'context.deadlineExceededError "context deadline exceeded"',
      ),
    ],
    inherited: [failed("of the parent"), wrap("inherited", "work: context canceled", "of the parent")],
    withValue: [failed("behind a value"), wrap("withValue", "work: context canceled", "behind a value")],
    again: [
      failed("again"),
      `wrap main.again: ${again}${trap}`,
      `wrap main.again: *fmt.wrapError "outer: inner: context canceled" [unwrap ${again}]`,
    ],
    noCause: [`wrap main.noCause: *fmt.wrapError "work: context canceled" [unwrap ${CANCELLED}]`],
    both: [
      failed("both"),
      `wrap main.both: *fmt.wrapErrors "work: context canceled: pointer both" [unwrap ${CANCELLED}, unwrap *main.pointerError "pointer both"]`,
    ],
    causeOnly: [
      failed("cause only"),
      'wrap main.causeOnly: *fmt.wrapError "work: pointer cause only" [unwrap *main.pointerError "pointer cause only"]',
    ],
    another: [
      failed("asked before"),
      `wrap main.another: *fmt.wrapError "work: context canceled" [unwrap ${CANCELLED}]`,
    ],
    elsewhere: [
      failed("elsewhere"),
      ...(seen ? [`return of main.plain: ${given("elsewhere")}${trap}`] : []),
      `sentinel of main.sentinel: ${CANCELLED}`,
      `wrap main.sentinel: *fmt.wrapError "work: context canceled" [unwrap ${CANCELLED}]`,
    ],
    two: [failed("cause a"), failed("cause b"), unlinked("ofTwo", "of a"), unlinked("ofTwo", "of b")],
    twoOfOne: [
      failed("of one"),
      wrap("ofTwo", "of a: context canceled", "of one"),
      wrap("ofTwo", "of b: context canceled", "of one"),
    ],
    checked: [
      failed("of the request"),
      failed("of the server"),
      wrap("checksFirst", "request: context canceled", "of the request"),
    ],
    jobs: [failed("of the first job"), unlinked("handle", "job")],
    readOf: [failed("of the server"), unlinked("read", "read")],
    rounds: [
      failed("of round 0"),
      failed("of round 2"),
      `sentinel of main.rounds: ${given("of round 0")}${trap}`,
      wrap("rounds", "round: context canceled", "of round 0"),
      `sentinel of main.rounds: ${CANCELLED}`,
      unlinked("rounds", "round"),
      `sentinel of main.rounds: ${given("of round 2")}${trap}`,
      wrap("rounds", "round: context canceled", "of round 2"),
    ],
    firstOf: [
      failed("of round a"),
      failed("of round b"),
      `written main.firstOf: ${given("of round a")}${trap}`,
      `written main.firstOf: ${given("of round b")}${trap}`,
      unlinked("firstOf", "first"),
    ],
  };
}
