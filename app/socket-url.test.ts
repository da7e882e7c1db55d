import { expect, it } from "vitest";
import { socketUrl } from "./socket-url.ts";

it.each([
  ["http://127.0.0.1:4000/", "ws://127.0.0.1:4000/ws"],
  ["http://127.0.0.1:4000/?view=graph&group=g", "ws://127.0.0.1:4000/ws"],
  ["https://box.example/?token=a%20b", "wss://box.example/ws?token=a+b"],
  ["http://localhost:3000/?ws=ws://127.0.0.1:4000/ws", "ws://127.0.0.1:4000/ws"],
  ["http://localhost:3000/?ws=javascript:alert(1)", "ws://localhost:3000/ws"],
])("%s → %s", (page, expected) => expect(socketUrl(page)).toBe(expected));
