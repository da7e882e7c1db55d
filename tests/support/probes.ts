/** Whether a process is probed, and by whom. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";

/** Process ids of the tracers that a process started. */
export function tracersOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isTracerOf(name, parent))
    .map(Number);
}

function isTracerOf(name: string, parent: number): boolean {
  try {
    const status = readFileSync(`/proc/${name}/status`, "utf8");
    return /^Name:\s*errscope-trac/m.test(status) && new RegExp(`^PPid:\\s*${parent}$`, "m").test(status);
  } catch {
    return false; // ended meanwhile
  }
}

/** True while the kernel has a breakpoint at a run-time address of a process: INT3 in place of the first byte. */
export function isProbed(pid: number, address: number): boolean {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    const byte = new Uint8Array(1);
    readSync(memory, byte, 0, 1, address);
    return byte[0] === 0xcc;
  } finally {
    closeSync(memory);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `holds` is true. @throws after `timeoutMs`, with what it waited for. */
export async function until(what: string, holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The process below `parent`, at any depth, whose executable has this base name; null: none yet. */
export function descendant(parent: number, name: string): number | null {
  for (const pid of childrenOf(parent)) {
    if (exeOf(pid).endsWith(`/${name}`)) return pid;
    const found = descendant(pid, name);
    if (found !== null) return found;
  }
  return null;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // ended meanwhile
  }
}

function exeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

/** Bytes of a process's memory. */
export function memoryOf(pid: number, address: number, length: number): Buffer {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(memory, bytes, 0, length, address));
  } finally {
    closeSync(memory);
  }
}
