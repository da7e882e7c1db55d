/** The demo's shop under load, traced in every form that it may be built in: its known faults must all be seen. */
import { describe, expect, test } from "vitest";
import type { Event } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, type GoForm, madeErrors, parseEvents, run } from "../support/index.ts";

const forms: readonly GoForm[] = ["plain", "stripped", "pie", "pie-stripped"];

/** Type, text and making function of errors that the load is sure to cause within a thousand requests. */
const known: readonly (readonly [type: string, message: RegExp, madeIn: string])[] = [
  [
    "*store.RecordError",
    /^store: read taxes\/EU: open \S+: no such file/,
    "shop/internal/store.(*Store).Get",
  ],
  ["*pricing.TaxError", /^no tax table for EU: store: read/, "shop/internal/pricing.(*Pricing).tax"],
  ["*fmt.wrapError", /^quote sku-5: no tax table for EU/, "shop/internal/pricing.(*Pricing).Quote"],
  ["*fmt.wrapError", /^report for EU: quote sku-1/, "shop/internal/orders.(*Service).Report"],
  ["*errors.joinError", /^sku is missing\nquantity must be positive/, "shop/internal/orders.validate"],
  ["orders.Invalid", /^email has no @$/, "shop/internal/orders.validate"],
  ["orders.Rule", /^house rule: no more than 1000 teapots/, "shop/internal/orders.validate"],
  [
    "pricing.OutOfStock",
    /^sku-0 is out of stock: 99 asked, 10 left$/,
    "shop/internal/pricing.(*Pricing).Quote",
  ],
  ["payment.Status", /^bank answered with status 503$/, "shop/internal/payment.answerOf"],
  ["*payment.Declined", /^card declined: insufficient funds$/, "shop/internal/payment.(*Client).charge"],
  ["*fmt.wrapErrors", /^bank answered with status 503; its body: /, "shop/internal/payment.(*Client).charge"],
  ["*api.PanicError", /^/, "shop/internal/api.recovered"],
  ["*net.OpError", /connect: connection refused$/, "net."],
  ["*strconv.NumError", /^strconv.Atoi: parsing "12 boxes": invalid syntax$/, "strconv."],
  ["*json.SyntaxError", /^unexpected end of JSON input$/, "encoding/json."],
];

describe.each(forms)("shop, %s", (form) => {
  let traced: Promise<{ status: number | null; stderr: string; events: Event[] }> | undefined;
  const trace = () => {
    traced ??= (async () => {
      const shop = buildGo({ dir: "server/demo", form });
      const { status, stdout, stderr } = await run(
        errscope("run", "--json", "--", shop, "-rate=120", "-duration=8s"),
      );
      return { status, stderr, events: parseEvents(stdout) };
    })();
    return traced;
  };

  test("ends as it would untraced", async () => {
    const { status, stderr } = await trace();
    expect(status, stderr).toBe(0);
  });

  test.each(known)("%s %s", async (type, message, madeIn) => {
    const made = madeErrors((await trace()).events).filter((event) => event.error.type === type);
    const found = made.find(
      (event) => message.test(event.error.message) && event.site.function.startsWith(madeIn),
    );
    const seen = new Set(made.map((event) => `${event.site.function} ${event.error.message}`));
    expect(found, [...seen].slice(0, 20).join("\n")).toBeDefined();
  });

  test("the panics: the runtime's own and the shop's", async () => {
    const panics = eventsOf((await trace()).events, "panic");
    const types = new Set(panics.map(({ value }) => ("error" in value ? value.error.type : value.type)));
    expect([...types].sort()).toEqual(["*orders.CorruptTotals", "runtime.plainError"]);
    const recovers = eventsOf((await trace()).events, "recover");
    expect(recovers.map((event) => event.panic).sort()).toEqual(panics.map((event) => event.id).sort());
  });

  test("the missing tax table is at the bottom of quotes, checkouts and reports", async () => {
    const tops = madeErrors((await trace()).events).filter((event) =>
      event.site.function.includes("shop/internal/api"),
    );
    const below = tops.map((event) => {
      const types: string[] = [];
      for (let at = event.error.causes[0]?.error; at && types.length < 32; at = at.causes[0]?.error)
        types.push(at.type);
      return types.join(" ");
    });
    expect(below).toContain(
      "*fmt.wrapError *pricing.TaxError *store.RecordError *fs.PathError syscall.Errno",
    );
    expect(below).toContain(
      "*errors.joinError *fmt.wrapError *fmt.wrapError *pricing.TaxError *store.RecordError *fs.PathError syscall.Errno",
    );
  });

  test("counts what it lost instead of hiding it", async () => {
    const { events } = await trace();
    for (const lost of eventsOf(events, "lost")) expect(lost.count).toBeGreaterThan(0);
    expect(madeErrors(events).every((event) => event.sampled >= 1)).toBe(true);
  });
});
