import { splitFunction } from "../format/index.ts";
import styles from "./ui.module.css";

/** A Go function or type name with the directories of its import path dimmed, so that the eye lands on the end.
 *  @param short leaves them out, for narrow places; the tooltip has them */
export function GoName({ name, short = false }: { name: string; short?: boolean }) {
  const [directories, rest] = splitFunction(name);
  return (
    <span className={styles.goName} title={name}>
      {!short && directories && <span className={styles.directories}>{directories}</span>}
      {rest}
    </span>
  );
}
