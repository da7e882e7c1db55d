/**
 * Where the collector's stream is: `/ws` of the page's own origin, with the page's token if it has one; or what `?ws=` says,
 * for a page served by `next dev` (`?ws=ws://127.0.0.1:4000/ws`).
 */
export function socketUrl(page: string): string {
  const { origin, searchParams } = new URL(page);
  const other = searchParams.get("ws");
  if (other && /^wss?:\/\//.test(other)) return other;
  const url = new URL("/ws", origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const token = searchParams.get("token");
  if (token) url.searchParams.set("token", token);
  return url.href;
}
