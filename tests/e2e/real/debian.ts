/** Go programs as the distribution packages them (Debian 12: Go 1.19.8), with cgo and external linking. */
import { debianFile, hasApt } from "../../support/index.ts";
import { pathError, type RealProgram, text } from "./model.ts";

const unavailable = hasApt ? undefined : "needs Debian's packages";

export const debian: readonly RealProgram[] = [
  {
    name: "prometheus-node-exporter",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("prometheus-node-exporter", "usr/bin/prometheus-node-exporter"),
    unavailable,
    cases: [
      {
        // net.Listen wraps what SplitHostPort makes (net/ipsock.go, net/dial.go).
        what: "an address to listen on without a port",
        args: ["--web.listen-address=nonsense"],
        status: 1,
        expect: [
          { type: "*net.AddrError", message: "address nonsense: missing port in address", chainTypes: [] },
          {
            type: "*net.OpError",
            message: "listen tcp: address nonsense: missing port in address",
            orFields: { Op: "listen", Net: "tcp" },
            chainTypes: ["*net.AddrError"],
          },
        ],
      },
    ],
  },
  {
    name: "caddy",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("caddy", "usr/bin/caddy"),
    unavailable,
    cases: [
      {
        what: "a configuration file that isn't there",
        args: ["validate", "--config", "/nonexistent.json"],
        status: 1,
        expect: [
          pathError("open", "/nonexistent.json"),
          // It formats the cause by %v.
          text("reading config file: open /nonexistent.json: no such file or directory"),
        ],
      },
      {
        what: "a configuration cut short",
        args: ["validate", "--config", "bad.json"],
        files: { "bad.json": "{\n" },
        status: 1,
        expect: [{ type: "*json.SyntaxError", message: "unexpected end of JSON input", chainTypes: [] }],
      },
      {
        what: "a directive that it doesn't know",
        args: ["adapt", "--config", "Caddyfile"],
        files: { Caddyfile: "localhost {\n nope\n}\n" },
        status: 1,
        expect: [text("Caddyfile:2: unrecognized directive: nope")],
      },
    ],
  },
];
