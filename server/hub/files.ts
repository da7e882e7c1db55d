/** The built dashboard: what isn't a file below its folder isn't there. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".ico": "image/x-icon",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Sent with everything: nothing of ours may be framed, sniffed or told to others. */
export const securityHeaders: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Scripts from here or by the hash of those in the page; styles may be inline, since positions are. */
export function contentSecurityPolicy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash("sha256")
        .update(text ?? "")
        .digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(" ")}`.trimEnd(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Path of the file that a URL's path names, null if there is none below the folder. */
export function fileFor(root: string, urlPath: string): string | null {
  let path: string;
  try {
    path = normalize(decodeURIComponent(urlPath));
  } catch {
    return null;
  }
  if (path.includes("\0")) return null;
  const candidates = path.endsWith("/")
    ? [`${path}index.html`]
    : [path, `${path}.html`, `${path}/index.html`];
  for (const candidate of candidates) {
    const file = join(root, candidate);
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) continue;
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  return null;
}

export function serveFile(root: string, urlPath: string, response: ServerResponse, head: boolean): void {
  const file = fileFor(root, urlPath);
  if (!file) {
    const built = fileFor(root, "/") !== null;
    response.writeHead(built ? 404 : 503, {
      ...securityHeaders,
      "content-type": "text/plain; charset=utf-8",
    });
    response.end(built ? "not found\n" : "the dashboard is not built yet: run `npm run build:ui`\n");
    return;
  }
  const body = readFileSync(file);
  const type = extname(file);
  response.writeHead(200, {
    ...securityHeaders,
    "content-type": TYPES[type] ?? "application/octet-stream",
    "content-length": String(body.length),
    // Next puts a hash of the content into the names below _next/static.
    "cache-control": urlPath.includes("/_next/static/") ? "public, max-age=31536000, immutable" : "no-cache",
    ...(type === ".html" ? { "content-security-policy": contentSecurityPolicy(body.toString("utf8")) } : {}),
  });
  response.end(head ? undefined : body);
}
