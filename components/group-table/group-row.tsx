import type { Group } from "../../server/events/index.ts";
import { baseName, formatAge, formatCompact, formatCount, parseTime } from "../format/index.ts";
import { Sparkline } from "../sparkline/index.ts";
import { TrapTags } from "../traps/index.ts";
import { GoName, Tag } from "../ui/index.ts";
import styles from "./group-table.module.css";
import { splitTemplate } from "./list.ts";

interface Props {
  group: Group;
  /** Unix ms. */
  now: number;
  selected: boolean;
  onOpen(): void;
}

/** One group: what, where, how often. The whole row is one button. */
export function GroupRow({ group, now, selected, onOpen }: Props) {
  const { site } = group;
  const age = (time: string) => formatAge(now - parseTime(time));
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={selected}
      data-group={group.id}
      onClick={onOpen}
    >
      <span className={styles.what}>
        <span className={styles.type} title={group.chain.join(" ← ")}>
          {group.kind !== "error" && <Tag tone={group.kind === "fatal" ? "bad" : "panic"}>{group.kind}</Tag>}
          {group.site.op === "sentinel" && (
            <Tag title="a package-level error, used here; where it was made is a group of its own">used</Tag>
          )}
          {group.init && <Tag title="made by package initialisation">init</Tag>}
          <GoName name={group.type} />
        </span>
        <span className={styles.message} title={group.message}>
          <span className={styles.text}>
            {group.template ? (
              <Template text={group.template} />
            ) : (
              <span className={styles.none}>no message</span>
            )}
          </span>
          <TrapTags traps={group.traps} />
        </span>
      </span>
      <span className={styles.site} title={`${site.op} in ${site.function}\n${site.file}:${site.line}`}>
        <GoName name={site.function} short />
        <span className={styles.line}>
          {baseName(site.file)}:{site.line}
        </span>
      </span>
      <span className={styles.spark}>
        <Sparkline spark={group.spark} end={group.sparkEnd} now={Math.floor(now / 1000)} />
      </span>
      <span className={styles.count} title={countWords(group)}>
        {group.count < 100_000 ? formatCount(group.count) : formatCompact(group.count)}
      </span>
      <span className={styles.age} title={group.lastSeen}>
        {age(group.lastSeen)}
      </span>
      <span className={`${styles.age} ${styles.first}`} title={group.firstSeen}>
        {age(group.firstSeen)}
      </span>
    </button>
  );
}

/** How often; and how often of that it was written, where that was seen. */
function countWords({ count, written }: Group): string {
  return written
    ? `${formatCount(count)}; written or logged ${formatCount(written)} times`
    : formatCount(count);
}

function Template({ text }: { text: string }) {
  return splitTemplate(text).map(({ text: piece, placeholder }, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
    <span key={i} className={placeholder ? styles.placeholder : undefined}>
      {piece.replaceAll("\n", " ⏎ ")}
    </span>
  ));
}
