import type { FieldValue } from "../../server/events/index.ts";
import { LongText } from "../ui/index.ts";
import styles from "./chain-tree.module.css";

/** Captured fields, `Op "open"  Path "/x"`; nested objects in braces. */
export function Fields({ fields }: { fields: Record<string, FieldValue> }) {
  const names = Object.keys(fields);
  if (names.length === 0) return null;
  return (
    <dl className={styles.fields}>
      {names.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={fields[name]!} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Nesting deeper than this is shown as JSON text. */
const DEEPEST = 4;

function Value({ value, depth = 0 }: { value: FieldValue; depth?: number }) {
  if (typeof value === "string")
    return (
      <span className={styles.string}>
        <LongText text={JSON.stringify(value)} most={160} />
      </span>
    );
  if (value === null) return <span className={styles.nil}>nil</span>;
  if (typeof value !== "object") return String(value);
  const unreadable = !Array.isArray(value) && Object.keys(value).length === 1 && value.unreadable;
  if (typeof unreadable === "string")
    return <span className={styles.unreadable}>unreadable: {unreadable}</span>;
  if (depth >= DEEPEST) return JSON.stringify(value);
  const entries = Array.isArray(value) ? value.map((v, i) => [String(i), v] as const) : Object.entries(value);
  return (
    <>
      {Array.isArray(value) ? "[" : "{"}
      {entries.map(([name, inner], i) => (
        <span key={name}>
          {i > 0 && ", "}
          {!Array.isArray(value) && <span className={styles.inner}>{name}: </span>}
          <Value value={inner} depth={depth + 1} />
        </span>
      ))}
      {Array.isArray(value) ? "]" : "}"}
    </>
  );
}
