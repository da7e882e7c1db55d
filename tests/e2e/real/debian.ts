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
  {
    name: "rclone",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("rclone", "usr/bin/rclone"),
    unavailable,
    cases: [
      {
        // fs/newfs.go; rclone's loop of tries wraps what ends it (fs/fserrors)
        what: "a remote that isn't configured",
        args: ["ls", "nowhere:"],
        status: 1,
        expect: [
          { type: "goconfig.GetError", message: "section 'nowhere' not found", chainTypes: [] },
          {
            type: "*fserrors.wrappedCountableError",
            message: "didn't find section in config file",
            chainTypes: ["*errors.errorString"],
          },
        ],
      },
      {
        what: "a command that it doesn't know",
        args: ["frobnicate"],
        status: 1,
        expect: [text('unknown command "frobnicate" for "rclone"')],
      },
    ],
  },
  {
    name: "etcd",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("etcd-server", "usr/bin/etcd"),
    unavailable,
    cases: [
      {
        // pkg/types/urls.go; package flag formats the cause by %v
        what: "an address without a scheme",
        args: ["--listen-client-urls", "nonsense"],
        status: 2,
        expect: [
          text("URL scheme must be http, https, unix, or unixs: nonsense"),
          text(
            'invalid value "nonsense" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: nonsense',
          ),
        ],
      },
      {
        what: "a configuration file that isn't there",
        args: ["--config-file", "/nonexistent.yml"],
        status: 1,
        expect: [pathError("open", "/nonexistent.yml")],
      },
    ],
  },
  {
    name: "prometheus",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("prometheus", "usr/bin/prometheus"),
    unavailable,
    cases: [
      {
        what: "a configuration file that isn't there",
        args: ["--config.file=/nonexistent.yml"],
        status: 2,
        expect: [pathError("open", "/nonexistent.yml")],
      },
      {
        what: "an address to listen on without a port",
        args: ["--web.listen-address=nonsense", "--config.file=/etc/hostname"],
        status: 2,
        expect: [
          { type: "*net.AddrError", message: "address nonsense: missing port in address", chainTypes: [] },
          {
            type: "*fmt.wrapError",
            message: 'parse external URL "": address nonsense: missing port in address',
            chainTypes: ["*net.AddrError"],
          },
        ],
      },
    ],
  },
];
