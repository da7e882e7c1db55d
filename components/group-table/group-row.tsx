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
          {group.kind !== "error" && <Tag tone="panic">{group.kind}</Tag>}
          {group.init && <Tag title="made by package initialisation">init</Tag>}
          <GoName name={group.type} />
          <TrapTags traps={group.traps} />
        </span>
        <span className={styles.message} title={group.message}>
          {group.template ? (
            <Template text={group.template} />
          ) : (
            <span className={styles.none}>no message</span>
          )}
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
      <span className={styles.count} title={formatCount(group.count)}>
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

function Template({ text }: { text: string }) {
  return splitTemplate(text).map(({ text: piece, placeholder }, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
    <span key={i} className={placeholder ? styles.placeholder : undefined}>
      {piece.replaceAll("\n", " ⏎ ")}
    </span>
  ));
}
