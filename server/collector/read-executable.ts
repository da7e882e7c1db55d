import { type FileIdentity, identityOf } from "../tracer/index.ts";
import type { FileRead } from "./executables.ts";
import { openShared } from "./shared-file.ts";

/**
 * Reads an executable: by itself where this process may, without the copies that the tracer's pipe costs, with the file's
 * status and its code left for later and the rest read meanwhile, else with the tracer's privileges.
 * @param path of the same file, as this process sees it: `/proc/PID/exe` is the file even when it was deleted or replaced.
 */
export async function readExecutable(
  path: string,
  read: () => Promise<{ file: FileIdentity; bytes: Uint8Array }>,
): Promise<FileRead> {
  const own = readByItself(path);
  return own ?? { ...(await read()), status: null, unread: null, arrived: Promise.resolve(true) };
}

/** Null where the file can't be read: the tracer says what there is to say of that. */
function readByItself(path: string): FileRead | null {
  try {
    const opened = openShared(path);
    return { ...opened, file: identityOf(opened.status) };
  } catch {
    return null;
  }
}
