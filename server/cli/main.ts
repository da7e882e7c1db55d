/** Where `errscope` starts. What Node makes of the source is kept, so that the next start takes half the time. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheDir } from "../collector/cache-dir.ts";

const dir = cacheDir();
if (dir) enableCompileCache(join(dir, "node"));
await import("./program.ts");
