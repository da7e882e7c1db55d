import { describe, expect, it } from "vitest";
import type { ErrorEvent, ErrorValue, Event, PanicEvent } from "../events/index.ts";
import { GraphBuilder } from "./index.ts";

let clock = 0;
const site = (name: string, line: number) =>
  ({ op: "new", function: name, file: `/src/${name}.go`, line, package: "main", inlined: false }) as const;

function value(id: string, type: string, message: string, ...causes: ErrorValue[]): ErrorValue {
  return {
    id,
    type,
    message,
    messageFrom: "field",
    fields: {},
    typedNil: false,
    truncated: false,
    messageLength: message.length,
    causes: causes.map((error) => ({ via: "unwrap", error })),
  };
}
function base(name: string, line: number) {
  clock++;
  return {
    v: 1,
    id: `id${clock}`,
    time: new Date(Date.UTC(2026, 10, 25) + clock * 100).toISOString(),
    mono: clock,
    process: { pid: 7, name: "shop", exe: "/shop", buildId: null, host: "h", container: null },
    thread: 7,
    goroutine: null,
    site: site(name, line),
    stack: [],
    sampled: 1,
  } as const;
}
const made = (name: string, line: number, error: ErrorValue): ErrorEvent => ({
  ...base(name, line),
  stack: [],
  kind: "error",
  error,
  made: true,
});

describe("failed calls", () => {
  const call = { syscall: "openat", errno: "ENOENT", agoNs: 1, runqueueDelayNs: null, softirqNs: null };
  const opened = (id: string, path: string): ErrorEvent => ({
    ...made(
      "open",
      1,
      value(id, "*fs.PathError", `open ${path}`, value("e0", "syscall.Errno", "no such file")),
    ),
    kernel: { ...call, path },
  });

  it("lead to the error that they became, and are the root cause of what came of it", () => {
    const builder = new GraphBuilder();
    const first = opened("e1", "/a");
    builder.add(first);
    builder.add(made("load", 2, value("e2", "*fmt.wrapError", "load: open /a", first.error)));
    const { nodes, edges, rootCauses } = builder.graph();
    const node = nodes.find(({ kind }) => kind === "kernel")!;
    expect(node).toMatchObject({ type: "openat ENOENT", label: "/a", count: 1 });
    expect(edges.map(({ source, via }) => [source, via])).toContainEqual([node.id, "unwrap"]);
    expect(rootCauses.map((root) => [root.node, root.explains])).toEqual([[node.id, 2]]);
    expect(rootCauses[0]!.reason).toBe(
      "2 of 2 occurrences came from the failed call openat ENOENT of /a: it led to 2 other groups.",
    );
  });

  it("that nothing came of are no root cause", () => {
    const builder = new GraphBuilder();
    builder.add(opened("e1", "/a"));
    expect(builder.graph().rootCauses).toEqual([]);
  });

  it("keep apart what was used by several goroutines", () => {
    const builder = new GraphBuilder();
    const eof = value("e9", "*errors.errorString", "EOF");
    const used = (line: number, id: number): ErrorEvent => ({
      ...made("use", line, eof),
      made: false,
      site: { ...site("use", line), op: "sentinel" },
      goroutine: { id, parent: null, createdBy: null },
    });
    builder.add(used(1, 1));
    builder.add(used(2, 2));
    const wrap = made("wrap", 3, value("e10", "*fmt.wrapError", "wrap: EOF", eof));
    const group = builder.add({ ...wrap, goroutine: { id: 1, parent: null, createdBy: null } });
    const { edges, nodes } = builder.graph();
    const [edge] = edges.filter(({ target }) => target === `g:${group}`);
    expect(nodes.find(({ id }) => id === edge!.source)!.where).toBe("use use.go:1");
  });
});

describe("groups", () => {
  it("puts what differs only in numbers into one group, and other sites into others", () => {
    const builder = new GraphBuilder();
    const a = builder.add(made("load", 4, value("e1", "*T", "user 1 gone")));
    const b = builder.add(made("load", 4, value("e2", "*T", "user 2 gone")));
    const c = builder.add(made("load", 5, value("e3", "*T", "user 3 gone")));
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(builder.groups().map((g) => [g.count, g.template])).toEqual([
      [2, "user <n> gone"],
      [1, "user <n> gone"],
    ]);
    expect(builder.takeChangedGroups()).toHaveLength(2);
    expect(builder.takeChangedGroups()).toEqual([]);
  });

  it("gives the rest of a site one group when no template tames its messages", () => {
    const builder = new GraphBuilder();
    const letters = (i: number) => i.toString(2).replaceAll("0", "a").replaceAll("1", "b");
    for (let i = 0; i < 150; i++) builder.add(made("load", 4, value(`e${i}`, "*T", letters(i))), "7:1");
    const groups = builder.groups();
    expect(groups).toHaveLength(101);
    expect(groups.at(-1)).toMatchObject({ template: "<other messages>", count: 50, targets: ["7:1"] });
    expect(builder.graph().nodes).toHaveLength(101);
  });

  it("counts seconds, the newest last", () => {
    const builder = new GraphBuilder();
    const at = (second: number) => `2026-11-25T00:00:${String(second).padStart(2, "0")}.000000000Z`;
    for (const second of [1, 1, 3, 2]) {
      builder.add({ ...made("load", 4, value(`e${clock}`, "*T", "x")), time: at(second) });
    }
    const [group] = builder.groups();
    expect(group?.spark.slice(-4)).toEqual([0, 2, 1, 1]);
    expect(group?.sparkEnd).toBe(Date.parse(at(3)) / 1000);
    expect([group?.firstSeen, group?.lastSeen]).toEqual([at(1), at(3)]);
  });

  it("does not count a value that is only seen again", () => {
    const builder = new GraphBuilder();
    expect(builder.add({ ...made("load", 4, value("e1", "*T", "x")), made: false })).toBeNull();
    expect(builder.groups()).toEqual([]);
  });

  it("knows the traps of any occurrence, and of a panic also those that only its recover tells", () => {
    const builder = new GraphBuilder();
    const error = value("e1", "*T", "x");
    builder.add({ ...made("load", 4, error), traps: ["typed-nil"] });
    builder.add({ ...made("load", 4, error), traps: ["cause-lost"] });
    const panic: PanicEvent = {
      ...base("text", 5),
      stack: [],
      kind: "panic",
      value: { type: "string", text: "" },
    };
    builder.add(panic);
    builder.takeChangedGroups();
    const recover: Event = { ...base("catch", 6), stack: [], kind: "recover", panic: panic.id };
    builder.add({ ...recover, traps: ["error-method-panicked"] });
    expect(builder.takeChangedGroups()).toHaveLength(1);
    builder.add(recover);
    expect(builder.groups().map((g) => g.traps)).toEqual([
      ["cause-lost", "typed-nil"],
      ["error-method-panicked"],
    ]);
  });

  it("gives the trap that a value meets later to the group that made it, or used it on that goroutine", () => {
    const builder = new GraphBuilder();
    const dropped = (error: ErrorValue, id: number): ErrorEvent => ({
      ...made("errgroup", 94, error),
      made: false,
      site: { ...site("errgroup", 94), op: "return" },
      goroutine: { id, parent: 1, createdBy: null },
      traps: ["dropped-after-first"],
    });
    builder.add(made("work", 4, value("e1", "*T", "kept")));
    builder.add(made("work", 5, value("e2", "*T", "dropped")));
    const missing = value("s1", "*errors.errorString", "missing");
    builder.add({ ...made("init", 1, missing), init: true });
    const { traps: _, ...use } = dropped(missing, 7);
    builder.add({ ...use, site: { ...site("find", 6), op: "sentinel" } });
    builder.takeChangedGroups();
    builder.add(dropped(value("e2", "*T", "dropped"), 2));
    builder.add(dropped(missing, 7));
    expect(builder.takeChangedGroups()).toHaveLength(2);
    expect(builder.groups().map((g) => [g.template, g.init, g.traps])).toEqual([
      ["kept", false, undefined],
      ["dropped", false, ["dropped-after-first"]],
      ["missing", true, undefined],
      ["missing", false, ["dropped-after-first"]],
    ]);
  });

  it("counts how often values of a group were written, but not where they are part of another's text", () => {
    const builder = new GraphBuilder();
    const error = value("e1", "*T", "x");
    builder.add(made("load", 4, error));
    const mention = (name: string, id = "e1"): ErrorEvent => ({
      ...made(name, 7, value(id, "*T", "x")),
      made: false,
      site: { ...site(name, 7), op: "mention" },
    });
    builder.add({ ...mention("main.report"), sampled: 2 });
    builder.add(mention("net/url.(*Error).Error"));
    builder.add(mention("main.report", "e2"));
    expect(builder.groups().map((g) => [g.count, g.written])).toEqual([[1, 2]]);
  });
});

describe("propagation", () => {
  it("leads from the group of a cause to the group that wrapped it, and names the root", () => {
    const builder = new GraphBuilder();
    for (let i = 0; i < 3; i++) {
      const inner = value(
        `i${i}`,
        "*fs.PathError",
        `open /x${i}`,
        value("enoent", "syscall.Errno", "no such file"),
      );
      builder.add(made("load", 4, inner));
      builder.add(made("serve", 9, value(`o${i}`, "*fmt.wrapError", `serve: open /x${i}`, inner)));
    }
    const { nodes, edges, rootCauses } = builder.graph();
    expect(nodes.map((n) => [n.kind, n.type, n.count])).toEqual([
      ["group", "*fs.PathError", 3],
      ["value", "syscall.Errno", 3],
      ["group", "*fmt.wrapError", 3],
    ]);
    const [path, errno, wrap] = nodes.map((n) => n.id);
    expect(edges.map((e) => [e.source, e.target, e.via, e.count])).toEqual([
      [errno, path, "unwrap", 3],
      [path, wrap, "unwrap", 3],
    ]);
    expect(rootCauses).toEqual([
      {
        node: errno,
        explains: 6,
        share: 1,
        reason:
          "6 of 6 occurrences came from this syscall.Errno, of which no cause is known and the making was not seen: it led to 2 other groups.",
      },
    ]);
  });

  it("names what happened within the standard library alone last", () => {
    const builder = new GraphBuilder();
    const stack = (...names: string[]) =>
      names.map((name) => ({ function: name, file: "a.go", line: 1, inlined: false }));
    const read = (i: number) =>
      value(`r${i}`, "*net.OpError", "read: i/o timeout", value("timeout", "*T", "i/o timeout"));
    for (let i = 0; i < 5; i++)
      builder.add({
        ...made("net.read", 3, read(i)),
        stack: stack("net.read", "net/http.(*conn).serve", "runtime.goexit"),
      });
    const lost = value("l", "*W", "no such user", value("cause", "*T", "no such row"));
    builder.add({
      ...made("load", 4, lost),
      stack: stack("database/sql.scan", "main.load", "runtime.goexit"),
    });
    const { rootCauses } = builder.graph();
    expect(
      rootCauses.map((root) => [root.explains, root.reason.endsWith("within the standard library.")]),
    ).toEqual([
      [1, false],
      [5, true],
    ]);
  });

  it("credits a root only with what came from it, also where groups are shared", () => {
    const builder = new GraphBuilder();
    for (let i = 0; i < 5; i++) {
      const inner = value(`i${i}`, "*T", "bad");
      builder.add(made(i < 2 ? "disk" : "net", 4, inner));
      builder.add(made("serve", 9, value(`o${i}`, "*W", "serve: bad", inner)));
    }
    builder.add(made("lonely", 1, value("l", "*L", "alone")));
    const { rootCauses, nodes } = builder.graph();
    expect(nodes).toHaveLength(4);
    expect(rootCauses.map((r) => [r.explains, r.share])).toEqual([
      [6, 6 / 11],
      [4, 4 / 11],
    ]);
    expect(rootCauses[0]?.reason).toBe(
      "6 of 11 occurrences came from this *T made in net net.go:4, which has no cause of its own: it led to 1 other group.",
    );
  });

  it("counts what an event holds twice once", () => {
    const builder = new GraphBuilder();
    const eof = value("eof", "*errors.errorString", "EOF");
    builder.add(made("f", 1, value("j", "*errors.joinError", "EOF\nEOF", eof, eof)));
    const { nodes, edges, rootCauses } = builder.graph();
    expect(nodes.map((n) => n.count)).toEqual([1, 1]);
    expect(edges.map((e) => e.count)).toEqual([1]);
    expect(rootCauses.map((r) => r.explains)).toEqual([1]);
  });

  it("shows an error of initialisation where something came from it, and counts it nowhere", () => {
    const builder = new GraphBuilder();
    const used = value("s1", "*errors.errorString", "not found");
    builder.add({ ...made("init", 1, used), init: true });
    builder.add({ ...made("init", 2, value("s2", "*errors.errorString", "never used")), init: true });
    expect(builder.graph().nodes).toEqual([]);
    for (let i = 0; i < 3; i++) builder.add(made("find", 7, value(`w${i}`, "*W", "find: not found", used)));
    const { nodes, edges, rootCauses } = builder.graph();
    expect(nodes.map((n) => [n.kind, n.where])).toEqual([
      ["group", "init init.go:1"],
      ["group", "find find.go:7"],
    ]);
    expect(edges.map((e) => e.count)).toEqual([3]);
    expect(rootCauses.map((r) => [r.explains, r.share])).toEqual([[3, 1]]);
  });

  it("links a panic to the error that it was raised with", () => {
    const builder = new GraphBuilder();
    const error = value("e1", "*T", "bad");
    builder.add(made("load", 4, error));
    const panic: PanicEvent = { ...base("load", 5), stack: [], kind: "panic", value: { error } };
    builder.add(panic);
    expect(builder.graph().edges.map((e) => e.via)).toEqual(["panic"]);
  });

  it("takes a panic for the origin of a value that was not seen before, on its goroutine", () => {
    const builder = new GraphBuilder();
    const nilMap = value("static", "runtime.plainError", "assignment to entry in nil map");
    const on = (id: number) => ({ goroutine: { id, parent: null, createdBy: null } });
    const panic = (line: number, goroutine: number): PanicEvent => ({
      ...base("redeem", line),
      ...on(goroutine),
      stack: [],
      kind: "panic",
      value: { error: nilMap },
    });
    builder.add(panic(5, 1));
    builder.add(panic(6, 2));
    builder.add({ ...made("recover", 9, value("p1", "*PanicError", "panic: x", nilMap)), ...on(1) });
    builder.add({ ...panic(7, 1), again: "id1" });
    builder.add(panic(8, 1));
    const { nodes, edges, rootCauses } = builder.graph();
    const [first, second, wrapped, again] = nodes.map((n) => n.id);
    expect(nodes).toHaveLength(5);
    expect(edges.map((e) => [e.source, e.target, e.via])).toEqual([
      [first, wrapped, "unwrap"],
      [first, again, "panic"],
    ]);
    expect(rootCauses.map((r) => [r.node, r.explains])).toEqual([[first, 3]]);
    expect(rootCauses[0]?.reason).toContain(
      "came from this panic (runtime.plainError) in redeem redeem.go:5,",
    );
    expect(second).not.toBe(first);
  });

  it("stays free of circles", () => {
    const builder = new GraphBuilder();
    const x = (...causes: ErrorValue[]) => value(`x${++clock}`, "*X", "x", ...causes);
    const y = (...causes: ErrorValue[]) => value(`y${++clock}`, "*Y", "y", ...causes);
    builder.add(made("f", 1, value("a", "*A", "a", x(y()))));
    builder.add(made("g", 2, value("b", "*B", "b", y(x()))));
    const { edges } = builder.graph();
    expect(edges).toHaveLength(3);
    expect(builder.droppedEdges).toBe(1);
    const self = value("s", "*S", "s");
    self.causes.push({ via: "unwrap", error: self });
    builder.add(made("h", 3, self));
    expect(builder.graph().edges).toHaveLength(3);
  });
});
