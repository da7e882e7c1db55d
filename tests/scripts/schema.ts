/** `npm run generate:schema`: writes public/schema/event.v1.json, the JSON schema of an event, from the zod schemas. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { EVENT_VERSION, eventSchema } from "../../server/events/index.ts";

export const schemaFile = fileURLToPath(
  new URL(`../../public/schema/event.v${EVENT_VERSION}.json`, import.meta.url),
);

export function schemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(eventSchema, { io: "input" }), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(schemaFile), { recursive: true });
  writeFileSync(schemaFile, schemaText());
}
