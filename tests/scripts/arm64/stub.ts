/** A client of qemu's gdb stub: runs an arm64 program, stops at addresses, reads registers and memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";

/** Where a thread stopped: x0 to x30, sp, pc. */
export interface Stop {
  registers: bigint[];
  pc: bigint;
}

const TRAP = 5;
/** Bytes of registers in the answer to `g`: 31 general ones, sp, pc. */
const REGISTERS = 33;

export class Stub {
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  #received = "";
  #waiting: (() => void) | null = null;
  #ended = false;

  private constructor(child: ChildProcess, socket: Socket) {
    this.#process = child;
    this.#socket = socket;
    socket.setEncoding("latin1");
    const wake = () => {
      this.#waiting?.();
      this.#waiting = null;
    };
    socket.on("data", (text: string) => {
      this.#received += text;
      wake();
    });
    socket.on("close", () => {
      this.#ended = true;
      wake();
    });
  }

  /** Starts the program, stopped at its entry. @param qemu path of qemu-aarch64. */
  static async start(
    qemu: string,
    args: readonly string[],
    port: number,
    env: NodeJS.ProcessEnv,
  ): Promise<Stub> {
    const child = spawn(qemu, ["-g", String(port), ...args], { stdio: ["ignore", "ignore", "ignore"], env });
    for (let attempt = 0; ; attempt++) {
      await new Promise((done) => setTimeout(done, 100));
      const socket = await new Promise<Socket | null>((done) => {
        const one = connect(port, "127.0.0.1", () => done(one)).on("error", () => done(null));
      });
      if (socket) {
        socket.setNoDelay(true);
        return new Stub(child, socket);
      }
      if (attempt > 50) throw new Error(`${qemu} doesn't listen on port ${port}`);
    }
  }

  stop(): void {
    this.#socket.destroy();
    this.#process.kill("SIGKILL");
  }

  /** Null once the program has ended. */
  async #ask(command: string): Promise<string | null> {
    let sum = 0;
    for (const char of command) sum = (sum + char.charCodeAt(0)) & 255;
    this.#socket.write(`$${command}#${sum.toString(16).padStart(2, "0")}`, "latin1");
    for (;;) {
      const end = this.#received.indexOf("#");
      const start = this.#received.indexOf("$");
      if (start >= 0 && end >= 0 && this.#received.length >= end + 3) {
        const answer = this.#received.slice(start + 1, end);
        this.#received = this.#received.slice(end + 3);
        this.#socket.write("+");
        return answer;
      }
      if (this.#ended) return null;
      await new Promise<void>((done) => {
        this.#waiting = done;
      });
    }
  }

  async breakAt(pc: number): Promise<void> {
    await this.#ask(`Z0,${pc.toString(16)},4`);
  }

  async unbreak(pc: number): Promise<void> {
    await this.#ask(`z0,${pc.toString(16)},4`);
  }

  /** Runs on until a breakpoint, signals delivered; null at the end. `step`: one instruction of the thread that stopped. */
  async run(step: string | null): Promise<Stop | null> {
    let command = step ? `vCont;s:${step}` : "vCont;c";
    for (;;) {
      const answer = await this.#ask(command);
      if (answer === null || answer.startsWith("W") || answer.startsWith("X")) return null;
      const signal = Number.parseInt(answer.slice(1, 3), 16);
      this.thread = answer.match(/thread:([^;]+)/)?.[1] ?? this.thread;
      if (signal !== TRAP) {
        command = `vCont;C${signal.toString(16).padStart(2, "0")}:${this.thread};c`;
        continue;
      }
      await this.#ask(`Hg${this.thread}`);
      const hex = (await this.#ask("g")) ?? "";
      const words = Array.from({ length: REGISTERS }, (_, k) =>
        Buffer.from(hex.slice(16 * k, 16 * k + 16), "hex").readBigUInt64LE(),
      );
      return { registers: words.slice(0, 32), pc: words[32]! };
    }
  }
  thread = "1";

  /** Null where nothing is mapped. */
  async memory(address: bigint, size: number): Promise<Buffer | null> {
    const answer = (await this.#ask(`m${address.toString(16)},${size.toString(16)}`)) ?? "";
    return answer.length === size * 2 ? Buffer.from(answer, "hex") : null;
  }

  async word(address: bigint): Promise<bigint | null> {
    return (await this.memory(address, 8))?.readBigUInt64LE() ?? null;
  }
}
