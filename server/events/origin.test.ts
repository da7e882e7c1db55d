import { expect, test } from "vitest";
import { isStandard } from "./origin.ts";

test.each([
  ["net/http.(*conn).serve", true],
  ["os.Open", true],
  ["runtime.goexit", true],
  ["internal/poll.(*FD).Read", true],
  ["vendor/golang.org/x/net/http/httpguts.init", true],
  ["slices.SortFunc[go.shape.struct { example.com/x.T }]", true],
  ["main.load", false],
  ["example.com/shop/store.(*DB).Get", false],
  ["golang.org/x/net/http2.(*Framer).ReadFrame", false],
])("%s is of the standard library: %s", (name, expected) => {
  expect(isStandard(name)).toBe(expected);
});
