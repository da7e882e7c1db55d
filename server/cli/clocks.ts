/** Whether the clocks that a story is told by agree: the kernel's, Node's and a Go program's. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Collector } from "../collector/index.ts";
import type { Feature, Tracer } from "../tracer/index.ts";
import { sentenceOf } from "./failure.ts";
import { buildBundled, goToolchain } from "./go.ts";

const TRIES = 200;
/** ns: more is a clock that isn't the same, or a machine too busy to tell. */
const AGREED = 50_000;

/** Bounds on how much one clock is ahead of another, in ns. */
interface Offset {
  low: number;
  high: number;
}

/** The offset, as far as all bounds on it agree, as one figure: the farthest that it can be from none. */
const farthest = ({ low, high }: Offset): number => Math.max(Math.abs(low), Math.abs(high));
const narrowed = (all: readonly Offset[]): Offset => ({
  low: Math.max(...all.map((one) => one.low)),
  high: Math.min(...all.map((one) => one.high)),
});

/** bpf_ktime_get_ns against process.hrtime, read before the question and after the answer. */
async function kernelOffset(tracer: Tracer): Promise<Offset> {
  const all: Offset[] = [];
  for (let i = 0; i < TRIES; i++) {
    const before = process.hrtime.bigint();
    const kernel = await tracer.clock();
    all.push({ low: Number(kernel - process.hrtime.bigint()), high: Number(kernel - before) });
  }
  return narrowed(all);
}

/** Our time of errors against a Go program's readings of its wall clock just before and after it made them. */
async function goOffset(): Promise<{ offset: Offset; uncertainty: number }> {
  const program = buildBundled("clock", "clock");
  const dir = mkdtempSync(join(tmpdir(), "errscope-clock-"));
  const file = join(dir, "readings");
  const times: bigint[] = [];
  const collector = await Collector.start(
    {
      event: (event) => {
        if (event.kind === "error" && event.made && event.error.message.startsWith("reading "))
          times.push(wallOf(event.time));
      },
      target: () => {},
      counters: () => {},
      tracerEnded: () => {},
    },
    { kernel: false },
  );
  try {
    const { finished } = await collector.run(program, [file], "stderr");
    await finished;
    const readings = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(BigInt) as [bigint, bigint]);
    if (readings.length !== times.length || times.length === 0)
      throw new Error(`of ${readings.length} errors ${times.length} were seen`);
    const all = readings.map(([before, after], i) => ({
      low: Number(times[i]! - after),
      high: Number(times[i]! - before),
    }));
    return { offset: narrowed(all), uncertainty: collector.clockUncertaintyNs };
  } finally {
    await collector.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** RFC 3339 with nine digits of a second as ns since 1970. */
const wallOf = (time: string): bigint =>
  BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 29));

const us = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;

/** Never throws: what can't be compared is said in the text. */
export async function examineClocks(tracer: Tracer): Promise<Feature> {
  try {
    const kernel = farthest(await kernelOffset(tracer));
    const parts = [`kernel and Node within ${us(kernel)}`];
    let worst = kernel;
    if (goToolchain() === null) parts.push("a Go program's not compared, for want of a Go toolchain");
    else {
      const { offset, uncertainty } = await goOffset();
      const go = farthest(offset);
      worst = Math.max(worst, go);
      parts.push(`a Go program's within ${us(go)}`, `the wall clock known to ±${us(uncertainty)}`);
    }
    return { name: "clocks", ok: worst <= AGREED, text: parts.join(", ") };
  } catch (error) {
    return { name: "clocks", ok: false, text: `not compared: ${sentenceOf(error)}` };
  }
}
