import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, errorIds, IdentityTable, type Sighting } from "./identity.ts";
import type { RawNode } from "./raw-event.ts";

const heap = (over: Partial<Sighting> = {}): Sighting => ({
  type: 0x50n,
  data: 0xc000_0000n,
  digest: "a",
  static: false,
  goroutine: 1n,
  ...over,
});
const boxed = (over: Partial<Sighting> = {}): Sighting => heap({ static: true, data: 0x4000n, ...over });
const table = (capacity?: number) => new IdentityTable(errorIds(), capacity);

describe("heap values", () => {
  it("keep their id wherever they are seen again", () => {
    const ids = table();
    const id = ids.made(heap(), 7);
    expect(ids.seen(heap())).toEqual({ id, first: false });
    expect(ids.seen(heap({ goroutine: 9n }))).toEqual({ id, first: false });
  });

  it("are new when the same address is made again, even with the same bytes", () => {
    const ids = table();
    const first = ids.made(heap(), 7);
    const second = ids.made(heap(), 7);
    expect(second).not.toBe(first);
    expect(ids.seen(heap())).toEqual({ id: second, first: false });
  });

  it("are made once where an object put into an any becomes an error later, and is as it was", () => {
    const ids = table();
    const id = ids.made(heap(), 7);
    expect(ids.again(heap(), (site) => site === 7)).toBe(id);
    expect(ids.again(heap(), (site) => site === 8)).toBeNull();
    expect(ids.again(heap({ digest: "b" }), () => true)).toBeNull();
    expect(ids.again(heap({ type: 0x51n }), () => true)).toBeNull();
    ids.seen(heap({ data: 0x1n }));
    expect(ids.again(heap({ data: 0x1n }), () => true)).toBeNull();
  });

  it("are new when seen with other bytes: the address was reused", () => {
    const ids = table();
    const first = ids.made(heap(), 7);
    const other = ids.seen(heap({ digest: "b" }));
    expect(other.first).toBe(true);
    expect(other.id).not.toBe(first);
  });

  it("are taken for the same when the bytes could not be read", () => {
    const ids = table();
    const id = ids.made(heap(), 7);
    expect(ids.seen(heap({ digest: "" }))).toEqual({ id, first: false });
  });

  it("of another type at the same address are others", () => {
    const ids = table();
    const id = ids.made(heap(), 7);
    expect(ids.seen(heap({ type: 0x51n })).id).not.toBe(id);
  });
});

describe("static values", () => {
  it("are one value however often a sentinel is used", () => {
    const ids = table();
    const { id, first } = ids.seen(boxed());
    expect(first).toBe(true);
    expect(ids.seen(boxed({ goroutine: 2n, digest: "b" }))).toEqual({ id, first: false });
  });

  it("mean the goroutine's own conversion where it made one", () => {
    const ids = table();
    const one = ids.made(boxed({ goroutine: 1n }), 7);
    const two = ids.made(boxed({ goroutine: 2n }), 7);
    expect(ids.seen(boxed({ goroutine: 1n })).id).toBe(one);
    expect(ids.seen(boxed({ goroutine: 2n })).id).toBe(two);
  });

  it("mean the latest for other goroutines, as long as one site makes them", () => {
    const ids = table();
    ids.made(boxed({ goroutine: 1n }), 7);
    const two = ids.made(boxed({ goroutine: 2n }), 7);
    expect(ids.seen(boxed({ goroutine: 3n }))).toEqual({ id: two, first: false });
  });

  it("are tied to no site for other goroutines when several sites make them", () => {
    const ids = table();
    const one = ids.made(boxed({ goroutine: 1n }), 7);
    const two = ids.made(boxed({ goroutine: 2n }), 8);
    const stranger = ids.seen(boxed({ goroutine: 3n }));
    expect(stranger.first).toBe(true);
    expect([one, two]).not.toContain(stranger.id);
    expect(ids.seen(boxed({ goroutine: 4n }))).toEqual({ id: stranger.id, first: false });
    expect(ids.seen(boxed({ goroutine: 1n })).id).toBe(one);
  });
});

it("is bounded, counts what it forgets, and forgets the longest unseen", () => {
  const ids = table(2);
  const a = ids.made(heap({ data: 1n }), 1);
  ids.made(heap({ data: 2n }), 1);
  expect(ids.seen(heap({ data: 1n })).id).toBe(a);
  ids.made(heap({ data: 3n }), 1);
  expect(ids.size).toBe(2);
  expect(ids.forgotten).toBe(1);
  expect(ids.seen(heap({ data: 1n })).id).toBe(a);
  expect(ids.seen(heap({ data: 2n })).first).toBe(true);
});

it("never gives one id to two values that were made", () => {
  const step = fc.record({
    data: fc.bigInt(1n, 4n),
    digest: fc.constantFrom("a", "b", ""),
    static: fc.boolean(),
    goroutine: fc.bigInt(1n, 3n),
    site: fc.nat(3),
    made: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ids = table(3);
      const made: string[] = [];
      for (const { site, made: isMade, ...rest } of steps) {
        const sighting = { type: 1n, ...rest };
        if (isMade) made.push(ids.made(sighting, site));
        else ids.seen(sighting);
      }
      expect(new Set(made).size).toBe(made.length);
      expect(ids.size).toBeLessThanOrEqual(3);
    }),
  );
});

describe("digestOf", () => {
  const node = (over: Partial<RawNode>): RawNode => ({
    index: 0,
    parent: -1,
    depth: 0,
    fieldOffset: 0,
    via: null,
    element: 0,
    unreadable: false,
    noLayout: false,
    typedNil: false,
    cut: 0,
    listUnreadable: false,
    same: -1,
    itab: 0n,
    type: 1n,
    data: 2n,
    object: Uint8Array.of(1, 2, 3),
    strings: [],
    ...over,
  });
  it("tells objects apart by their bytes and by their text", () => {
    const text = (letter: number, hash: bigint | null = null) => ({
      offset: 0,
      pointer: 9n,
      length: 1,
      bytes: Uint8Array.of(letter),
      hash,
      unreadable: false,
    });
    const digests = [
      digestOf(node({})),
      digestOf(node({ object: Uint8Array.of(1, 2, 4) })),
      digestOf(node({ strings: [text(65)] })),
      digestOf(node({ strings: [text(66)] })),
      digestOf(node({ strings: [text(66, 5n)] })),
      digestOf(node({ strings: [text(66, 6n)] })),
    ];
    expect(new Set(digests).size).toBe(6);
    expect(digestOf(node({}))).toBe(digests[0]);
  });

  it("is unknown where nothing was read", () => {
    expect(digestOf(node({ unreadable: true }))).toBe("");
    expect(digestOf(node({ object: new Uint8Array() }))).toBe("");
  });
});
