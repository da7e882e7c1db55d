/** What the collector's own events begin with: version, id and time. */
import { type Clocks, type ProcessState, rfc3339, UlidSource, WallClock } from "../decode/index.ts";
import { EVENT_VERSION } from "../events/index.ts";

export class Stamps {
  readonly clocks: Clocks = { wall: new WallClock(), ulids: new UlidSource() };

  /** How sure `time` is, on this host. */
  get clock(): { uncertaintyNs: number; steps: number } {
    const { wall } = this.clocks;
    return { uncertaintyNs: Number(wall.uncertainty() ?? 0n), steps: wall.steps };
  }

  now(state: ProcessState) {
    return this.at(state, process.hrtime.bigint());
  }

  /** @param mono CLOCK_MONOTONIC ns. */
  at(state: ProcessState, mono: bigint) {
    const wall = this.clocks.wall.wall(mono) ?? 0n;
    return {
      v: EVENT_VERSION,
      id: this.clocks.ulids.next(Number(wall / 1_000_000n)),
      time: rfc3339(wall),
      mono: Number(mono),
      process: state.ref,
    } as const;
  }
}
