import { describe, expect, it } from "vitest";
import type { ErrorEvent, ErrorValue, PanicEvent } from "../events/index.ts";
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

  it("does not count a value that is only seen again", () => {
    const builder = new GraphBuilder();
    expect(builder.add({ ...made("load", 4, value("e1", "*T", "x")), made: false })).toBeNull();
    expect(builder.groups()).toEqual([]);
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
    expect(rootCauses).toHaveLength(1);
    expect(rootCauses[0]).toMatchObject({ node: errno, explains: 6, share: 1 });
    expect(rootCauses[0]?.reason).toContain("6 of 6 occurrences");
  });

  it("links a panic to the error that it was raised with", () => {
    const builder = new GraphBuilder();
    const error = value("e1", "*T", "bad");
    builder.add(made("load", 4, error));
    const panic: PanicEvent = { ...base("load", 5), stack: [], kind: "panic", value: { error } };
    builder.add(panic);
    expect(builder.graph().edges.map((e) => e.via)).toEqual(["panic"]);
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
