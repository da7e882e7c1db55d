import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { schemaFile, schemaText } from "./schema.ts";

it("is the schema that the zod types give now (npm run generate:schema)", () => {
  expect(readFileSync(schemaFile, "utf8")).toBe(schemaText());
});
