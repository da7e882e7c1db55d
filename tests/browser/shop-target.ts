import type { Certificate } from "../../server/events/index.ts";

/** What the fake hub says it proved about the shop. */
export const CERTIFICATE: Certificate = {
  file: "/srv/shop/bin/shop",
  buildId: "Q2x9vQ/8dJ",
  goVersion: "go1.26.8",
  goVersionFrom: "build info",
  arch: "amd64",
  form: { stripped: true, pie: false, cgo: false },
  derivations: [
    { name: "itab.type", value: "8", from: "76 of 76 static itabs agree", checked: true },
    {
      name: "g.goid",
      value: "152",
      from: "load before the print call in runtime.goroutineheader",
      checked: true,
      note: "as in the table for go1.26",
    },
    { name: "g.parentGoid", value: "280", from: "copy in runtime.newproc1", checked: true },
    { name: "moduledata", value: "0x1a2f40", from: "section .go.module", checked: true },
  ],
  errorTypes: { total: 118, withUnwrap: 31, unwrapResolved: 30, messageResolved: 97 },
  sites: {
    references: 3957,
    resolved: 3926,
    byOp: { new: 1840, wrap: 902, convert: 611, sentinel: 457, join: 12, panic: 104 },
    unresolved: [
      {
        class: "generic dictionary",
        count: 22,
        example: "example.com/shop/cache.(*Tier[...]).Get tier.go:84",
      },
      {
        class: "interface conversion (typeAssert)",
        count: 9,
        example: "net/http.(*conn).serve server.go:2012",
      },
    ],
  },
  probes: { total: 3402, emulated: 1288, singleStepped: 2114, method: "uprobe_multi" },
  expectedCost:
    "0 for code that makes no error; 2–3 µs an error, 11 µs where the probed instruction is single-stepped",
  checks: [
    { name: "pclntab against its own header", ok: true, detail: "nfunc 18,204, magic fffffff1" },
    { name: "itab layout", ok: true, detail: "76 of 76" },
    {
      name: "one Unwrap offset",
      ok: false,
      detail: "*tls.permanentError: not a plain load; its cause is shown by field",
    },
  ],
  verdict: "attach",
  reason: null,
  analysisMs: 412,
};
