/** Who may ask: this machine's own pages, or whoever has the token. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export const COOKIE = "errscope_token";

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Compares in constant time, whatever the lengths. */
export function sameToken(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** The name in a Host or Origin without its port. */
function nameOf(authority: string): string {
  return authority.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

export interface AccessRules {
  /** Null: only loopback names are answered. */
  token: string | null;
}

/**
 * @param query token of the URL, if any.
 * @returns null when the request may pass, else status and sentence. A foreign Host header is DNS rebinding; a foreign
 *   Origin is another site's page.
 */
export function refusal(
  headers: IncomingHttpHeaders,
  query: string | null,
  rules: AccessRules,
): { status: number; text: string } | null {
  const { host, origin } = headers;
  if (!host) return { status: 400, text: "a Host header is needed" };
  if (origin !== undefined && originHost(origin) !== host) {
    return { status: 403, text: "this page is of another origin" };
  }
  if (rules.token === null) {
    return isLoopback(nameOf(host))
      ? null
      : { status: 403, text: "this host name is not the loopback address's" };
  }
  const cookie = /(?:^|;\s*)errscope_token=([^;]*)/.exec(headers.cookie ?? "")?.[1];
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  const given = [bearer, query, cookie === undefined ? undefined : safeDecode(cookie)].filter(
    (t) => typeof t === "string",
  );
  const wanted = rules.token;
  return given.some((token) => sameToken(token, wanted))
    ? null
    : {
        status: 401,
        text: "a token is needed: open the address that errscope printed, or send Authorization: Bearer",
      };
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
