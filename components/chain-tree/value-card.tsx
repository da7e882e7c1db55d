import type { Cause, ErrorValue, FieldValue, OccurrenceEvent } from "../../server/events/index.ts";
import { baseName, formatCount, shortFunction } from "../format/index.ts";
import type { Origin } from "../live/index.ts";
import { GoName, Icon, LongText, Tag } from "../ui/index.ts";
import styles from "./chain-tree.module.css";
import { Fields } from "./fields.tsx";
import { splitMessage } from "./flatten.ts";

interface Props {
  error: ErrorValue;
  /** How it hangs on the value above; null at the top. */
  cause: Cause | null;
  /** Null: it has no causes. */
  open: boolean | null;
  origin: Origin | null;
  onToggle(): void;
  onOpen(occurrence: OccurrenceEvent): void;
}

/** One value of the chain: how it is reached, type, message, fields, and every doubt about them. */
export function ValueCard({ error, cause, open, origin, onToggle, onOpen }: Props) {
  return (
    <>
      {cause && <Via cause={cause} />}
      <div className={styles.head}>
        {open !== null && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.toggle}
            aria-label={open ? "Close" : "Open"}
            onClick={onToggle}
          >
            <Icon name={open ? "down" : "right"} size={12} />
          </button>
        )}
        <span className={styles.type} title={error.typePath ?? error.type}>
          <GoName name={error.type} />
        </span>
        <span className={styles.id} title="Identity of this value in its process">
          {error.id}
        </span>
        <Doubts error={error} />
        {cause && (
          <span className={styles.made}>
            {origin ? (
              <button
                type="button"
                tabIndex={-1}
                className={styles.link}
                onClick={() => onOpen(origin.event)}
                title={`${origin.event.site.file}:${origin.event.site.line}`}
              >
                {origin.made ? "made in" : "first seen in"} {shortFunction(origin.event.site.function)}{" "}
                {baseName(origin.event.site.file)}:{origin.event.site.line} →
              </button>
            ) : (
              <span className={styles.unknown}>where it was made is not known here</span>
            )}
          </span>
        )}
      </div>
      <Message error={error} short={open === true} />
      {error.messageHex && <p className={styles.hex}>bytes {error.messageHex}</p>}
      <Fields fields={fieldsBeside(error)} />
      {error.notes?.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
    </>
  );
}

/** Without a field that is the message, which is said above. */
function fieldsBeside({ fields, message, messageFrom }: ErrorValue): ErrorValue["fields"] {
  if (messageFrom !== "field") return fields;
  const textOf = (value: FieldValue) =>
    value !== null && typeof value === "object" && !Array.isArray(value) ? value.text : value;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => textOf(value) !== message));
}

function Via({ cause }: { cause: Cause }) {
  const field = cause.field && <code>{cause.field}</code>;
  if (cause.via === "unwrap") return <p className={styles.via}>unwraps to {field}</p>;
  if (cause.via === "field") {
    return (
      <p className={styles.via}>
        holds in a field {field} <Tag tone="warn">not seen by errors.Is</Tag>
      </p>
    );
  }
  if (cause.via === "context") {
    return (
      <p className={styles.via}>
        its context was cancelled with <Tag tone="warn">not seen by errors.Is</Tag>
      </p>
    );
  }
  return (
    <p className={styles.via}>
      mentions in its text <Tag tone="warn">lost to errors.Is</Tag>
    </p>
  );
}

function Doubts({ error }: { error: ErrorValue }) {
  return (
    <>
      {error.typedNil && (
        <Tag tone="bad" title="A nil pointer in an interface that is not nil: err != nil is true">
          typed nil
        </Tag>
      )}
      {error.messageFrom === "rendered" && (
        <Tag title="Recovered from the machine code of Error(), with this value's fields">rendered</Tag>
      )}
      {error.messageFrom === "fields" && (
        <Tag
          tone="warn"
          title="Error() computes its text in a way that is not understood; these are the fields"
        >
          text not determined
        </Tag>
      )}
      {error.truncated && (
        <Tag tone="warn" title={error.messageHash ?? ""}>
          cut; {formatCount(error.messageLength)} bytes long
        </Tag>
      )}
      {error.messageHex && <Tag tone="warn">not UTF-8</Tag>}
    </>
  );
}

/** @param short what the message took from its causes is said right below: a mark stands for it */
function Message({ error, short }: { error: ErrorValue; short: boolean }) {
  const pieces = splitMessage(error);
  if (pieces.length === 0)
    return <p className={styles.empty}>{error.typedNil ? "no value" : "empty message"}</p>;
  const taken = pieces.filter(({ own }) => !own).length;
  if (short && pieces.every(({ text, own }) => !own || text.trim() === ""))
    return <p className={styles.empty}>the {taken === 1 ? "text of its cause" : "texts of its causes"}</p>;
  return (
    <p className={styles.message}>
      {pieces.map(({ text, own }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
        <span key={i} className={own ? undefined : styles.taken} title={own ? undefined : text}>
          {own || !short ? <LongText text={text} most={400} /> : "…"}
        </span>
      ))}
    </p>
  );
}
