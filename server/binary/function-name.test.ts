import { describe, expect, it } from "vitest";
import { isConstructor, isPackageInit, packageOf } from "./function-name.ts";

describe("packageOf", () => {
  it.each([
    ["main.main", "main"],
    ["main.(*Server).Serve", "main"],
    ["main.load.func1.2", "main"],
    ["main.glob..func1", "main"],
    ["a/b.c/d.(*T).M", "a/b.c/d"],
    ["a/b.c/d.(*T).M-fm", "a/b.c/d"],
    ["net/http.(*Server).Serve.gowrap3", "net/http"],
    ["github.com/a/b.Map[go.shape.int,go.shape.string]", "github.com/a/b"],
    ["main.Get[github.com/x/y.Thing]", "main"],
    ["main.(*Box[...]).Err", "main"],
    ["gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"],
    ["example.com/%c3%bcber.F", "example.com/über"],
    ["vendor/golang.org/x/net/http2/hpack.(*Decoder).Write", "vendor/golang.org/x/net/http2/hpack"],
    ["example.com/app/vendor/github.com/p/q.F", "example.com/app/vendor/github.com/p/q"],
    ["type:.eq.main.T", ""],
    ["type..hash.main.T", ""],
    ["go:buildid", ""],
    ["_rt0_amd64_linux", ""],
    ["", ""],
    [".x", ""],
  ])("%s is of %s", (name, path) => {
    expect(packageOf(name)).toBe(path);
  });
});

describe("isConstructor", () => {
  it("knows the standard library's and the common wrappers, vendored too", () => {
    for (const name of [
      "errors.New",
      "fmt.Errorf",
      "fmt.errorf",
      "errors.Join",
      "github.com/pkg/errors.Wrap",
    ]) {
      expect(isConstructor(name)).toBe(true);
    }
    expect(isConstructor("example.com/app/vendor/github.com/pkg/errors.Wrapf")).toBe(true);
    expect(isConstructor("vendor/golang.org/x/xerrors.New")).toBe(true);
  });

  it("leaves everything else", () => {
    for (const name of ["main.New", "example.com/errors.New", "fmt.Fprintf", "errors.Is"]) {
      expect(isConstructor(name)).toBe(false);
    }
  });
});

it("isPackageInit is the runtime's own function only", () => {
  expect(isPackageInit("runtime.doInit1")).toBe(true);
  expect(isPackageInit("runtime.doInit")).toBe(true);
  expect(isPackageInit("main.doInit1")).toBe(false);
});
