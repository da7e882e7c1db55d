/** nats-server, by `go install` with the flags of a release, and as Debian packages it. */
import { debianFile, type GoVersion, goInstall, hasApt } from "../../support/index.ts";
import { pathError, type RealCase, type RealProgram, text } from "./model.ts";

// Types from server/errors.go and conf/parse.go, texts as the server prints them after "nats-server: ".
const cases: readonly RealCase[] = [
  {
    what: "a configuration file that isn't there",
    args: ["-c", "/nonexistent.conf"],
    status: 1,
    expect: [pathError("open", "/nonexistent.conf")],
  },
  {
    what: "a configuration that doesn't parse",
    args: ["-t", "-c", "bad.conf"],
    files: { "bad.conf": "port: 4222\nauthorization {\n user: a\n" },
    status: 1,
    expect: [text("Parse error on line 4: 'Unexpected EOF processing map.'")],
  },
  {
    what: "a port that is no number",
    args: ["-t", "-c", "bad.conf"],
    files: { "bad.conf": 'listen: "127.0.0.1:x"\n' },
    status: 1,
    expect: [
      {
        type: "*strconv.NumError",
        message: 'strconv.Atoi: parsing "x": invalid syntax',
        chainTypes: ["*errors.errorString"],
      },
      text('could not parse port "x"'),
      {
        type: "*server.configErr",
        message: 'bad.conf:1:0: could not parse port "x"',
        orFields: { reason: 'could not parse port "x"' },
        chainTypes: [],
      },
    ],
  },
  {
    // convertPanicToErrorList (server/opts.go) recovers the failed type assertion.
    what: "an unknown field, and a text where a number belongs",
    args: ["-t", "-c", "bad.conf"],
    files: { "bad.conf": 'port: 4222\nfoo_bar: 12\nmax_payload: "x"\n' },
    status: 1,
    expect: [
      {
        type: "*server.unknownConfigFieldErr",
        message: 'bad.conf:2:1: unknown field "foo_bar"',
        orFields: { field: "foo_bar" },
        chainTypes: [],
      },
      {
        type: "*server.configErr",
        message: "bad.conf:3:1: interface conversion: interface {} is string, not int64",
        orFields: { reason: "interface conversion: interface {} is string, not int64" },
        chainTypes: [],
      },
      {
        type: "*server.processConfigErr",
        message:
          'bad.conf:2:1: unknown field "foo_bar"\nbad.conf:3:1: interface conversion: interface {} is string, not int64\n',
        orFields: {},
        chainTypes: [],
      },
    ],
    panics: ["*runtime.TypeAssertionError"],
  },
];

const module = "github.com/nats-io/nats-server/v2";
const version = "v2.15.2";
const built = (go: GoVersion, form: string, flags: readonly string[]): RealProgram => ({
  name: "nats-server",
  version,
  go: `go${go}`,
  form: `${form}, by go install`,
  compiled: true,
  fetch: () => goInstall(module, version, go, flags),
  cases,
});

export const nats: readonly RealProgram[] = [
  built("1.26.8", "stripped", []),
  built("1.27.1", "stripped PIE", ["-buildmode=pie"]),
  {
    name: "nats-server",
    version: "distribution's",
    form: "stripped, cgo, from Debian",
    fetch: () => debianFile("nats-server", "usr/sbin/nats-server"),
    unavailable: hasApt ? undefined : "needs Debian's packages",
    cases,
  },
];
