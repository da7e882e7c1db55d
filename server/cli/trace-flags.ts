/** The flags that `run`, `attach` and `demo` share, and what they mean. */
import { usage } from "./failure.ts";
import {
  type FlagTable,
  globToRegExp,
  oneOf,
  type Parsed,
  parseAddress,
  parseDuration,
  within,
} from "./options.ts";

export const defaultAddress = { host: "127.0.0.1", port: 7788 };

export const traceFlags: FlagTable = {
  json: { help: "print events as JSON lines on standard output, and nothing else there" },
  serve: {
    value: "HOST:PORT",
    optionalValue: true,
    help: "serve the dashboard (on by default unless --json; 127.0.0.1:7788)",
  },
  token: { value: "TOKEN", help: "what a browser must present when HOST is not this machine" },
  duration: { value: "TIME", help: "detach after so long, e.g. 30s or 5m" },
  package: {
    value: "GLOB",
    multiple: true,
    help: "only errors made in these packages (import path, * and ?)",
  },
  sentinels: {
    value: "all|own|off",
    help: "uses of package-level errors (return io.EOF): everywhere, outside the standard library (the default), or none",
  },
  returns: {
    value: "GLOB|off",
    multiple: true,
    help: "where errors are passed on (if err != nil { return err }): also in these packages, or nowhere; always in the program's own module. Costs nothing until an error passes",
  },
  "text-bytes": {
    value: "N",
    help: "keep so much of a message or text, 32 to 4096 bytes (1024); of a longer one its length and a hash are told",
  },
  "no-kernel": {
    help: "watch neither system calls nor the scheduler: errors then don't say which failed call or delay they came from",
  },
  goroutines: {
    help: "tell when goroutines with errors in flight wait, go on, start others and end. A wait of any goroutine (0.3 µs) then takes about 3 µs, its start and end (0.5 µs) about 7 µs",
  },
  follow: {
    help: "trace descendants and what a process becomes by exec, too: of each executable all processes but the first from their first instruction",
  },
  init: { help: "print errors made by package initialisation too" },
};

export interface TraceOptions {
  json: boolean;
  serve: { host: string; port: number; chosen: boolean } | null;
  token: string | null;
  durationMs: number | null;
  packages: RegExp[];
  init: boolean;
  follow: boolean;
  sentinels: "all" | "own" | "off";
  kernel: boolean;
  textBytes: number;
  goroutines: boolean;
  returns: "off" | RegExp[];
}

/** @throws CommandFailure (2) on a value that can't be. */
export function traceOptions({ flags }: Parsed): TraceOptions {
  const json = flags.json === true;
  const address = flags.serve as string | undefined;
  return {
    json,
    serve:
      address !== undefined
        ? { ...parseAddress(address, defaultAddress), chosen: address !== "" }
        : json
          ? null
          : { ...defaultAddress, chosen: false },
    token: (flags.token as string | undefined) ?? null,
    durationMs: flags.duration === undefined ? null : parseDuration(flags.duration as string),
    packages: ((flags.package as string[] | undefined) ?? []).map(globToRegExp),
    init: flags.init === true,
    follow: flags.follow === true,
    kernel: flags["no-kernel"] !== true,
    goroutines: flags.goroutines === true,
    returns: returnsOf((flags.returns as string[] | undefined) ?? []),
    textBytes: within("text-bytes", flags["text-bytes"] as string | undefined, 32, 4096, 1024),
    sentinels: oneOf("sentinels", flags.sentinels as string | undefined, ["own", "all", "off"]),
  };
}

function returnsOf(values: readonly string[]): "off" | RegExp[] {
  if (!values.includes("off")) return values.map(globToRegExp);
  if (values.length > 1) throw usage("--returns off goes with no other --returns");
  return "off";
}
