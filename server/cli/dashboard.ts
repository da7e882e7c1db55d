/** The dashboard of a session: board, store and hub. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Board } from "../collector/index.ts";
import { Hub, HubError } from "../hub/index.ts";
import { SqliteStore } from "../store/index.ts";
import { version } from "./version.ts";

/** The exported pages (next build). */
export const uiFolder = fileURLToPath(new URL("../../out", import.meta.url));

export class Dashboard {
  readonly board: Board;
  readonly #hub: Hub;

  private constructor(board: Board, hub: Hub) {
    this.board = board;
    this.#hub = hub;
  }

  /**
   * @param address `chosen`: by the user; then nothing but this address will do.
   * @throws HubError when it can't be served.
   */
  static async start(
    address: { host: string; port: number; chosen: boolean },
    token: string | null,
  ): Promise<Dashboard> {
    if (!existsSync(join(uiFolder, "index.html"))) {
      process.stderr.write(
        "errscope: the dashboard's pages aren't built yet (npm run setup); its data is served all the same\n",
      );
    }
    const board = new Board(new SqliteStore());
    const options = { source: board, uiDir: uiFolder, version, token, ...address };
    try {
      return new Dashboard(board, await Hub.listen(options));
    } catch (error) {
      const taken = error instanceof HubError && error.code === "in-use";
      if (!taken || address.chosen) throw error;
      return new Dashboard(board, await Hub.listen({ ...options, port: 0 }));
    }
  }

  get url(): string {
    return this.#hub.url;
  }

  async close(): Promise<void> {
    await this.#hub.close();
    this.board.close();
  }
}
