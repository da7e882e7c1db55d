import { lstatSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

const WRITABLE_BY_OTHERS = 0o022;

/**
 * The folder for what can be made again: `$XDG_CACHE_HOME/errscope` (XDG Base Directory Specification 0.8), else in the
 * user's home as the system knows it, whatever $HOME says under sudo. It is made if need be. Null where it can't be, or
 * where others can write to it: root must not run or believe what another user put there.
 */
export function cacheDir(): string | null {
  try {
    const dir = join(process.env.XDG_CACHE_HOME || join(userInfo().homedir, ".cache"), "errscope");
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const status = lstatSync(dir);
    const own = status.isDirectory() && status.uid === process.geteuid?.();
    return own && (status.mode & WRITABLE_BY_OTHERS) === 0 ? dir : null;
  } catch {
    return null;
  }
}
