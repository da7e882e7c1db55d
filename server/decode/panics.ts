/** Panics: the value, and which of them belong together. */
import type { ErrorValue, PanicEvent } from "../events/index.ts";
import type { TypeNames } from "./error-tree.ts";
import { CapturedObject, type ReadOnlyMemory } from "./object.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import { decodeText } from "./text.ts";

export interface Panicking {
  /** Of the panic's event. */
  id: string;
  value: PanicEvent["value"];
  type: bigint;
  data: bigint;
}

/** What is known of an executable, as far as a panic's value needs it. */
interface Binary {
  names: TypeNames;
  readOnly(bias: bigint): ReadOnlyMemory;
}

const MAX_GOROUTINES = 10_000;
/** panic(nil), as the runtime prints it. */
const NIL = { type: "nil", text: "nil" };

/** The panics of a process's goroutines: which run, and which was recovered last. */
export class Panics {
  /** Not yet recovered, newest last. */
  readonly #running = new Map<bigint, Panicking[]>();
  readonly #recovered = new Map<bigint, Panicking>();

  /**
   * @param below panics that are on its stack: those that it began during. What is not there any more was recovered with a
   *   newer one, or its value is only the same as that of one long over (the runtime's own texts, http.ErrAbortHandler).
   * @returns `during`: the panic that was on its way when this one began (in a deferred call); `again`: the panic with the
   *   same value that was recovered before, and is now thrown anew.
   */
  began(
    raw: RawEvent,
    id: string,
    value: PanicEvent["value"],
    below: number,
  ): Pick<PanicEvent, "during" | "again"> {
    const list = (this.#running.get(raw.goroutine) ?? []).slice(0, below);
    const during = list.at(-1)?.id;
    const before = below > 0 ? this.#recovered.get(raw.goroutine) : undefined;
    const again = before && before.type === raw.word0 && before.data === raw.word1 ? before.id : undefined;
    list.push({ id, value, type: raw.word0, data: raw.word1 });
    remember(this.#running, raw.goroutine, list, MAX_GOROUTINES);
    return { ...(during ? { during } : {}), ...(again ? { again } : {}) };
  }

  /** Id of the newest panic of this goroutine with the recovered value; null when it began before we attached. */
  recovered(raw: RawEvent): string | null {
    const list = this.#running.get(raw.goroutine) ?? [];
    // From Go 1.21 on panic(nil) is recovered as a *runtime.PanicNilError, which gopanic makes.
    const isIt = ({ type, data }: Panicking) => (type === raw.word0 && data === raw.word1) || type === 0n;
    const at = list.findLastIndex(isIt);
    if (at < 0) return null;
    const [panic] = list.splice(at);
    if (list.length === 0) this.#running.delete(raw.goroutine);
    if (panic) remember(this.#recovered, raw.goroutine, panic, MAX_GOROUTINES);
    return panic?.id ?? null;
  }

  /** Those on their way on a goroutine, oldest first. */
  current(goroutine: bigint): readonly Panicking[] {
    return this.#running.get(goroutine) ?? [];
  }
}

export function panicValue(
  raw: RawEvent,
  executable: Binary,
  tree: () => ErrorValue | null,
): PanicEvent["value"] {
  if (raw.word0 === 0n) return NIL;
  const root = raw.nodes[0];
  const address = Number(raw.word0 - raw.bias);
  if (executable.names.errorType(address)) {
    const error = tree();
    if (error) return { error };
  }
  const type = executable.names.name(address);
  return { type, text: root ? plainText(raw, executable, address) : `(${type})` };
}

/** As Go prints a panic's value: the text or number itself, else type and address (runtime/error.go, printpanicval). */
function plainText(raw: RawEvent, executable: Binary, address: number): string {
  const type = executable.names.map.binary.types.get(address);
  const root = raw.nodes[0];
  const object = root && new CapturedObject(root.object, root.strings, executable.readOnly(raw.bias));
  const shape = /^(string|bool|int|uint|float)/.exec(type?.kind ?? "")?.[1];
  if (object && type) {
    if (shape === "string") {
      const read = object.text(0);
      if ("text" in read) return decodeText(read.text).text;
    }
    if (shape === "int") return String(object.int(0, type.size) ?? "?");
    if (shape === "uint") return String(object.uint(0, type.size) ?? "?");
    if (shape === "bool") return String(object.uint(0, 1) !== 0n);
    if (shape === "float") return String(object.float(0, type.size) ?? "?");
  }
  return `(${executable.names.name(address)}) 0x${raw.word1.toString(16)}`;
}
