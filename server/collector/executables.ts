/** The executables that are or may be traced: analysed once by file identity, planned once, found again by site. */
import { BinaryError, type ErrorMap, packageOf, type Site } from "../binary/index.ts";
import { certificateOf, defaultRateLimit, Executable, planOf, type RateLimit } from "../decode/index.ts";
import { originOf } from "../events/index.ts";
import type { FileIdentity, Tracer } from "../tracer/index.ts";
import { analyse } from "./analysis.ts";
import type { FileStatus } from "./content-index.ts";
import { Placement } from "./placement.ts";
import { looksLikeGo } from "./processes.ts";
import type { UnreadFile } from "./shared-file.ts";

export interface Loaded {
  /** Path as the process or the user names it. */
  path: string;
  file: FileIdentity;
  executable: Executable;
  /** Set once the plan is in the kernel. */
  uploaded: { plan: number; firstSite: number } | null;
  placement: Placement;
}

export interface FileRead {
  file: FileIdentity;
  bytes: Uint8Array;
  /** See `AnalysisOptions.status`. */
  status: FileStatus | null;
  /** See `OpenFile`. */
  unread: UnreadFile | null;
  arrived: Promise<boolean>;
}

export interface PlanOptions {
  rate?: RateLimit;
  /** Only sites in packages that one of these accepts; those in the runtime and in package fmt are always in. */
  packages?: readonly RegExp[];
  /** Uses of sentinels: in all packages, in all but the standard library, or none. */
  sentinels?: "all" | "own" | "off";
  /** false: nothing is asked of what kept threads from running, so that the garbage collector isn't watched either. */
  kernel?: boolean;
  /** Return hops: none, or those of the program's own module and of these packages. */
  returns?: "off" | readonly RegExp[];
  /** Bytes of a text that are captured, at most 4096. */
  textBytes?: number;
  /** Goroutines with errors in flight are told of when they wait, go on, start others and end. */
  goroutines?: boolean;
}

export class Executables {
  readonly #tracer: Tracer;
  readonly #options: PlanOptions;
  readonly #byFile = new Map<string, Promise<Loaded>>();
  /** Files that are no Go programs: most of a machine's, and not to be read at each exec. */
  readonly #notGo = new Set<string>();
  /** In ascending order of the first site. */
  readonly #planned: { first: number; end: number; loaded: Loaded }[] = [];

  constructor(tracer: Tracer, options: PlanOptions) {
    this.#tracer = tracer;
    this.#options = options;
  }

  /**
   * The analysis of a file, made once.
   * @param known identity of the file, where it is known before it is read.
   * @param anything false: NotGo is thrown of a file without Go's marks, at once from the second time on; true: what is wrong
   *   with it is told.
   * @throws BinaryError or TracerError; a file that failed may be tried again.
   */
  async load(
    path: string,
    read: () => Promise<FileRead>,
    known?: FileIdentity,
    anything = true,
  ): Promise<Loaded> {
    const cached = known && this.#byFile.get(keyOf(known));
    if (cached) return cached;
    if (known && !anything && this.#notGo.has(keyOf(known))) throw new NotGo(path);
    const content = await read();
    const { file, bytes, unread, arrived } = content;
    const there = anything || (await arrived);
    const key = keyOf(file);
    const earlier = this.#byFile.get(key);
    if (earlier) {
      unread?.close();
      return earlier;
    }
    if (!anything && there && !looksLikeGo(bytes)) {
      unread?.close();
      this.#notGo.add(key);
      throw new NotGo(path);
    }
    const loading = this.#analyse(path, content);
    this.#byFile.set(key, loading);
    loading.catch(() => {
      this.#byFile.delete(key);
      unread?.close();
    });
    return loading;
  }

  async #analyse(path: string, { file, bytes, ...reading }: FileRead): Promise<Loaded> {
    const { returns = [] } = this.#options;
    const map = await analyse(bytes, { returns: returns === "off" ? [] : returns, ...reading })
      .then((whole) =>
        restrict(
          without(withoutSentinels(whole, this.#options.sentinels ?? "own"), {
            return: returns === "off",
            gc: this.#options.kernel === false,
            ...marks(!this.#options.goroutines),
          }),
          this.#options.packages,
        ),
      )
      .catch((error: unknown) => {
        throw error instanceof BinaryError ? new BinaryError(error.code, `${path}: ${error.message}`) : error;
      });
    const executable = new Executable(this.#options.goroutines ? withMarksTold(map) : map);
    return { path, file, executable, uploaded: null, placement: new Placement(file) };
  }

  /** Uploads the plan unless it is there. @throws BinaryError when the certificate's checks fail: nothing is placed. */
  async upload(loaded: Loaded): Promise<{ plan: number; firstSite: number }> {
    if (loaded.uploaded) return loaded.uploaded;
    const { map } = loaded.executable;
    const certificate = certificateOf(loaded.path, map, null);
    if (certificate.verdict === "refuse") {
      throw new BinaryError("bad-layout", `${loaded.path} is not traced: ${certificate.reason}`);
    }
    const uploaded = await this.#tracer.plan(
      planOf(
        map,
        this.#options.rate ?? defaultRateLimit,
        this.#options.textBytes,
        this.#options.goroutines ? MARKS : 0,
      ),
    );
    loaded.uploaded = uploaded;
    const first = uploaded.firstSite;
    this.#planned.push({ first, end: first + map.plan.sites.length, loaded });
    this.#planned.sort((a, b) => a.first - b.first);
    return uploaded;
  }

  /** The executable and the index in its plan of a global site. */
  find(site: number): { loaded: Loaded; index: number } | null {
    const entry = this.#planned.findLast((p) => p.first <= site);
    return entry && site < entry.end ? { loaded: entry.loaded, index: site - entry.first } : null;
  }
}

/** What is asked for and can't be had is said. */
function withMarksTold(map: ErrorMap): ErrorMap {
  const missing = (["park", "resume", "start", "end"] as const).filter(
    (op) => !map.plan.sites.some((site) => site.op === op),
  );
  if (missing.length === 0) return map;
  const note = `no place to see that one ${missing.map((op) => MARK_WORDS[op]).join(", ")}`;
  const told = { name: "goroutines", value: "not determined", from: "function table", checked: false, note };
  return { ...map, derivations: [...map.derivations, told] };
}
const MARK_WORDS = { park: "waits", resume: "goes on", start: "starts another", end: "ends" };

const marks = (unwanted: boolean) => ({ park: unwanted, resume: unwanted, start: unwanted, end: unwanted });
/** Waits and starts of a goroutine that are told of after each of its errors. */
const MARKS = 16;

/** One of the many files that nobody asked for. */
export class NotGo extends BinaryError {
  constructor(path: string) {
    super("not-go", `${path} is no Go program`);
  }
}

export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(file: FileIdentity): string {
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("hex");
}

/** The standard library gives io.EOF and the like at every turn: what the program itself does with them says more. */
function withoutSentinels(map: ErrorMap, sentinels: "all" | "own" | "off"): ErrorMap {
  if (sentinels === "all") return map;
  const { functions, module } = map.binary;
  const isOwn = ({ pc }: { pc: number }) => {
    const name = functions.innermost(pc);
    const origin = name ? originOf(packageOf(name), module ? [module] : []) : "runtime";
    return origin === "module" || origin === "library";
  };
  const wanted = (site: Site) => site.op !== "sentinel" || (sentinels === "own" && isOwn(site));
  return { ...map, plan: { ...map.plan, sites: map.plan.sites.filter(wanted) } };
}

/** @param unwanted true for what is left out. */
function without(map: ErrorMap, unwanted: Partial<Record<Site["op"], boolean>>): ErrorMap {
  return { ...map, plan: { ...map.plan, sites: map.plan.sites.filter((site) => !unwanted[site.op]) } };
}

function restrict(map: ErrorMap, packages: readonly RegExp[] | undefined): ErrorMap {
  if (!packages || packages.length === 0) return map;
  const { functions } = map.binary;
  const wanted = (pc: number) =>
    functions.frames(pc).some((frame) => packages.some((glob) => glob.test(packageOf(frame.function))));
  const sites = map.plan.sites.filter(
    (site) => site.origins.length === 0 || site.origins.some((origin) => wanted(origin.pc)),
  );
  return { ...map, plan: { ...map.plan, sites } };
}
