import { describe, expect, it } from "vitest";
import { defaultPlanLimits, encodePlan, type PlanField, type PlanInput, type PlanLayout } from "./plan.ts";
import { esFieldKind, esPlanUpload, esTypeLayout, esVia } from "./wire.gen.ts";

const facts = {
  goid: 152,
  parentGoid: null,
  gopc: null,
  gM: null,
  mCurg: null,
  waitReason: null,
  itabInter: 0,
  itabType: 8,
};
const plan = (layouts: PlanLayout[], limits = defaultPlanLimits): PlanInput => ({
  facts,
  limits,
  sites: [],
  itabs: [],
  interfaces: [],
  layouts,
});
const layout = (fields: PlanField[], size = 100_000): PlanLayout => ({
  type: 0x1000,
  size,
  error: true,
  pointer: true,
  direct: false,
  fields,
});
const field = (offset: number, kind: PlanField["kind"], via: PlanField["via"] = "field"): PlanField => ({
  offset,
  kind,
  via,
  type: 0,
});
/** Offset and kind of the fields that the kernel side is told of. */
function told(input: PlanLayout): [number, number][] {
  const bytes = encodePlan(plan([input]));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { nfields, fields } = esTypeLayout.read(view, esPlanUpload.size).layout;
  return fields.slice(0, nfields).map(({ off, kind }) => [off, kind]);
}

describe("fields of a layout", () => {
  it("keeps what Unwrap returns, lists of errors and texts where there are more than 16", () => {
    const others = Array.from({ length: 16 }, (_, i) => field(i * 16, "eface"));
    const wanted = [field(400, "string"), field(416, "errors"), field(440, "iface", "unwrap")];
    const kept = told(layout([...others, ...wanted]));
    expect(kept.length).toBe(16);
    expect(kept.slice(-3)).toEqual([
      [400, esFieldKind.STRING],
      [416, esFieldKind.ERRORS],
      [440, esFieldKind.IFACE],
    ]);
    expect(kept.slice(0, 13)).toEqual(others.slice(0, 13).map(({ offset }) => [offset, esFieldKind.EFACE]));
  });

  it("keeps those behind the bytes that are copied, as far as an offset of 16 bits goes", () => {
    expect(told(layout([field(600, "string"), field(65_528, "iface"), field(65_536, "iface")]))).toEqual([
      [600, esFieldKind.STRING],
      [65_528, esFieldKind.IFACE],
    ]);
  });

  it("leaves out what is not aligned or reaches beyond the object", () => {
    expect(told(layout([field(4, "string"), field(8, "string"), field(24, "string")], 32))).toEqual([
      [8, esFieldKind.STRING],
    ]);
  });

  it("says how each is known", () => {
    const bytes = encodePlan(plan([layout([field(0, "iface", "unwrap"), field(16, "iface", "mention")])]));
    const { fields } = esTypeLayout.read(new DataView(bytes.buffer), esPlanUpload.size).layout;
    expect(fields.slice(0, 2).map(({ via }) => via)).toEqual([esVia.UNWRAP, esVia.MENTION]);
  });
});

describe("encodePlan", () => {
  it("refuses numbers that the wire can't carry", () => {
    expect(() => encodePlan(plan([], { ...defaultPlanLimits, maxString: 4_097 }))).toThrow(
      /maxString is 4097/,
    );
    expect(() => encodePlan(plan([], { ...defaultPlanLimits, maxNodes: 0 }))).toThrow(/maxNodes is 0/);
    expect(() => encodePlan(plan([layout([], -1)]))).toThrow(/layout size is -1/);
  });
});
