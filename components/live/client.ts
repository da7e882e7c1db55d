import type { ServerMessage } from "../../server/events/index.ts";

/** Where the page stands with its source of events. Times are Unix milliseconds of the browser's clock. */
export type ConnectionStatus =
  | { state: "connecting"; attempt: number }
  | { state: "open"; since: number }
  /** Lost or never there; the next try begins at `retryAt`. */
  | { state: "lost"; attempt: number; retryAt: number; reason: string; wasOpen: boolean }
  /** No further try makes sense; `reason` says what to do. */
  | { state: "stopped"; reason: string };

export type ClientReport =
  | { type: "status"; status: ConnectionStatus }
  /** `unreadable`: events of this message that this page could not understand and left out. */
  | { type: "message"; message: ServerMessage; unreadable: number };

/** A source of events for the page. The live socket is one maker of it; a snapshot, which says `hello` once and then
 * nothing, is another: no view knows which. */
export interface LiveClient {
  connect(): void;
  /** Tries again at once instead of waiting for `retryAt`. */
  retry(): void;
  close(): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (report: ClientReport) => void): () => void;
}
