import { buildGo } from "../support/index.ts";

/** Small executables: one for each layout of Go's tables and of ELF's, then some with more kinds of errors. */
export function seeds(): string[] {
  const dir = "tests/go/old";
  return [
    buildGo({ dir, go: "1.26.8", form: "stripped" }),
    buildGo({ dir, go: "1.27.1", form: "pie-stripped" }),
    buildGo({ dir, go: "1.16.15" }),
    buildGo({ dir, go: "1.18.10", form: "stripped" }),
    buildGo({ dir: "tests/go/unwrap", go: "1.26.8", form: "stripped" }),
    buildGo({ dir: "tests/go/messages", go: "1.27.1", form: "stripped" }),
    buildGo({ dir: "tests/go/forms", go: "1.26.8", form: "pie-stripped" }),
  ];
}
