import { splitFunction } from "../format/index.ts";
import styles from "./ui.module.css";

/** A Go function or type name with the directories of its import path dimmed, so that the eye lands on the end. */
export function GoName({ name }: { name: string }) {
  const [directories, rest] = splitFunction(name);
  return (
    <span className={styles.goName} title={name}>
      {directories && <span className={styles.directories}>{directories}</span>}
      {rest}
    </span>
  );
}
