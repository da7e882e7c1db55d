import { describe, expect, it } from "vitest";
import { group } from "../testing/events.ts";
import { holdOrder, type ListOptions, listGroups, splitTemplate } from "./list.ts";

const options: ListOptions = {
  filter: "",
  init: false,
  own: false,
  modules: [],
  sort: "count",
  descending: true,
};
const groups = [
  group("a", { count: 3, type: "*fs.PathError", template: "open <…>", lastSeen: "2026-11-25T02:15:09Z" }),
  group("b", { count: 9, type: "syscall.Errno", template: "refused", lastSeen: "2026-11-25T02:15:01Z" }),
  group("c", { count: 9, type: "*net.OpError", template: "dial", lastSeen: "2026-11-25T02:15:05Z" }),
  group("d", { count: 1, init: true }),
];
const ids = (part: Partial<ListOptions>) => listGroups(groups, { ...options, ...part }).rows.map((g) => g.id);

describe("listGroups", () => {
  it("sorts by any column, equal ones by id", () => {
    expect(ids({})).toEqual(["b", "c", "a"]);
    expect(ids({ descending: false })).toEqual(["a", "b", "c"]);
    expect(ids({ sort: "lastSeen" })).toEqual(["a", "c", "b"]);
    expect(ids({ sort: "type", descending: false })).toEqual(["a", "c", "b"]);
    expect(ids({ sort: "message", descending: false })).toEqual(["c", "a", "b"]);
  });
  it("sorts sites by line as a number", () => {
    const at = (id: string, line: number) => group(id, { site: { ...groups[0]!.site, line } });
    const rows = listGroups([at("x", 100), at("y", 9)], { ...options, sort: "site", descending: false }).rows;
    expect(rows.map((g) => g.id)).toEqual(["y", "x"]);
  });
  it("counts what it hides, and why", () => {
    expect(listGroups(groups, options)).toMatchObject({ hiddenInit: 1, hiddenByFilter: 0 });
    expect(listGroups(groups, { ...options, filter: "open" })).toMatchObject({
      hiddenInit: 1,
      hiddenByFilter: 2,
    });
    expect(ids({ init: true })).toEqual(["b", "c", "a", "d"]);
  });
  it("tells the program's own code from the standard library", () => {
    const at = (id: string, name: string) => group(id, { site: { ...groups[0]!.site, package: name } });
    const packages = ["main", "net/http", "internal/poll", "runtime", "shop/store", "github.com/lib/pq"];
    const made = packages.map((name, i) => at(String(i), name));
    const list = listGroups(made, { ...options, own: true, modules: ["shop"] });
    expect(list.rows.map((g) => g.site.package)).toEqual(["main", "shop/store", "github.com/lib/pq"]);
    expect(list.hiddenOther).toBe(3);
    const panic = { ...made[1]!, kind: "panic" as const };
    expect(listGroups([panic], { ...options, own: true }).rows).toEqual([panic]);
    expect(
      listGroups(made, { ...options, filter: "origin:standard" }).rows.map((g) => g.site.package),
    ).toEqual(["net/http", "internal/poll"]);
  });
  it("finds groups by trap", () => {
    const lost = group("t", { traps: ["cause-lost"] });
    const list = listGroups([...groups, lost], { ...options, filter: "trap:lost" });
    expect(list.rows.map((g) => g.id)).toEqual(["t"]);
  });
});

it("holds rows where they were and appends new ones in order", () => {
  const rows = [groups[1]!, groups[2]!, groups[0]!, groups[3]!];
  expect(holdOrder(rows, ["a", "b", "gone"]).map((g) => g.id)).toEqual(["a", "b", "c", "d"]);
  expect(holdOrder(rows, []).map((g) => g.id)).toEqual(["b", "c", "a", "d"]);
});

it("cuts templates at placeholders only", () => {
  expect(splitTemplate("open <…>: <n> of 5")).toEqual([
    { text: "open ", placeholder: false },
    { text: "<…>", placeholder: true },
    { text: ": ", placeholder: false },
    { text: "<n>", placeholder: true },
    { text: " of 5", placeholder: false },
  ]);
  expect(splitTemplate("open <temporary path>")[1]).toEqual({ text: "<temporary path>", placeholder: true });
  expect(splitTemplate("if a < b > c")).toEqual([{ text: "if a < b > c", placeholder: false }]);
  expect(splitTemplate("")).toEqual([]);
});
