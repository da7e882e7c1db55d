import { describe, expect, it } from "vitest";
import type { Target } from "../../server/events/index.ts";
import { type EmptyFacts, emptyReason } from "./reason.ts";

const target = (state: Target["state"], part: Partial<Target> = {}): Target => ({
  id: "71:1",
  pid: 71,
  name: "shop",
  exe: "/srv/shop",
  buildId: null,
  goVersion: "go1.26.8",
  module: null,
  state,
  reason: null,
  certificate: null,
  ...part,
});
const facts = (part: Partial<EmptyFacts>): EmptyFacts => ({
  status: { state: "open", since: 0 },
  greeted: true,
  targets: [target("attached")],
  filter: "",
  hiddenByFilter: 0,
  hiddenInit: 0,
  hiddenOther: 0,
  ...part,
});

describe("emptyReason", () => {
  it("names the command when no collector answers", () => {
    const status = { state: "lost" as const, attempt: 1, retryAt: 0, reason: "", wasOpen: false };
    const reason = emptyReason(facts({ greeted: false, status, targets: [] }));
    expect(reason).toMatchObject({ kind: "not-connected", title: "No collector answers" });
    expect(reason.commands).toContain("npm run -s errscope -- demo");
    expect(
      emptyReason(facts({ greeted: false, status: { state: "connecting", attempt: 0 } })).commands,
    ).toEqual([]);
  });
  it("says how to trace something when nothing is", () => {
    expect(emptyReason(facts({ targets: [] }))).toMatchObject({ kind: "no-target" });
    expect(emptyReason(facts({ targets: [] })).commands[0]).toBe(
      "npm run -s errscope -- run -- ./your-program",
    );
  });
  it("says how to make an error when none was made", () => {
    const reason = emptyReason(facts({}));
    expect(reason.kind).toBe("no-errors");
    expect(reason.body).toContain("shop (71) is traced.");
    expect(reason.body).toContain("make the program fail");
  });
  it("gives the reason of a refusal, also beside programs that are traced", () => {
    const refused = target("refused", { reason: "moduledata fails its checks" });
    const line = "shop (71) was refused: moduledata fails its checks";
    expect(emptyReason(facts({ targets: [refused] }))).toMatchObject({ kind: "refused", details: [line] });
    expect(emptyReason(facts({ targets: [target("attached"), refused] }))).toMatchObject({
      kind: "no-errors",
      details: [line],
    });
  });
  it("tells waiting from ended", () => {
    expect(emptyReason(facts({ targets: [target("attaching")] })).kind).toBe("attaching");
    const ended = emptyReason(facts({ targets: [target("exited", { reason: "killed by SIGKILL" })] }));
    expect(ended).toMatchObject({ kind: "ended", details: ["shop (71): killed by SIGKILL"] });
  });
  it("blames the filter before anything inside", () => {
    const reason = emptyReason(facts({ filter: " timeout ", hiddenByFilter: 12, hiddenInit: 3 }));
    expect(reason).toMatchObject({ kind: "filter", title: "The filter hides all 12 groups" });
    expect(reason.body).toContain("“timeout”");
    expect(emptyReason(facts({ hiddenInit: 1 }))).toMatchObject({ kind: "only-init" });
    expect(emptyReason(facts({ hiddenInit: 1, hiddenOther: 2 }))).toMatchObject({ kind: "only-others" });
  });
});
