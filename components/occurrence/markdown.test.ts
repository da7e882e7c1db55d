import { expect, it } from "vitest";
import { errorEvent, errorValue, frame, unwrap } from "../testing/events.ts";
import { occurrenceMarkdown } from "./markdown.ts";

it("writes an occurrence as a report", () => {
  const error = errorValue("e9", {
    type: "*fmt.wrapError",
    message: "load config: no such file",
    causes: [
      unwrap(errorValue("e8", { type: "*fs.PathError", message: "no such file" })),
      { via: "mention", error: errorValue("e7", { type: "cache.Nil", message: "a`b" }) },
    ],
  });
  const event = errorEvent("01K", { error, stack: [frame("main.load", 12, true), frame("main.main", 3)] });
  expect(occurrenceMarkdown(event)).toBe(`### \`*fmt.wrapError\`

\`\`\`
load config: no such file
\`\`\`

- new in \`main.load\` at \`/src/main.go:12\`
- process \`shop\` (pid 71) on box, \`/srv/shop\`
- goroutine 34, created by \`main.main in goroutine 1\`, thread 74
- 2026-11-25T02:15:35.123456789Z, event \`01K\`

**Chain**

- \`*fmt.wrapError\` \`load config: no such file\`
  - \`*fs.PathError\` \`no such file\`
  - (mention, not seen by errors.Is) \`cache.Nil\` \`\` a\`b \`\`

**Stack**

\`\`\`
main.load (inlined)
	/src/main.go:12
main.main
	/src/main.go:3
\`\`\`
`);
});

it("keeps a message with a code fence inside its own", () => {
  const event = errorEvent("1", { error: errorValue("e", { message: "```\nx" }) });
  expect(occurrenceMarkdown(event)).toContain("````\n```\nx\n````");
});

it("says what is missing", () => {
  const event = errorEvent("1", {
    goroutine: null,
    stack: [],
    stackNote: "frame pointer outside of the stack",
    sampled: 5,
  });
  const text = occurrenceMarkdown(event);
  expect(text).toContain("- no goroutine, thread 74");
  expect(text).toContain("- stands for 5 occurrences");
  expect(text).toContain("(none captured)");
  expect(text).toContain("not whole: frame pointer outside of the stack");
});

it("names a process in a container by both pids", () => {
  const event = errorEvent("1", {});
  const process = { ...event.process, nsPid: 7, container: "3f0c1d2e8a4b".padEnd(64, "0") };
  expect(occurrenceMarkdown({ ...event, process })).toContain(
    "- process `shop` (pid 71, 7 in its pid namespace, container 3f0c1d2e8a4b) on box, `/srv/shop`",
  );
});

it("says who lets an error go", () => {
  const by = { function: "main.save", file: "/src/save.go", line: 7 };
  const swallowed = { how: "tested", ...by, or: { ...by, function: "main.main", line: 9 } } as const;
  const text = occurrenceMarkdown(errorEvent("1", { traps: ["swallowed"], swallowed }));
  expect(text).toContain("- **swallowed**: ");
  expect(text).toContain(
    "- only tested by `main.save` at `/src/save.go:7`, or by `main.main` at `/src/save.go:9`\n",
  );
});
