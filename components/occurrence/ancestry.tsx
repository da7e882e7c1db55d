"use client";
import type { GoroutineRef } from "../../server/events/index.ts";
import { GoName } from "../ui/index.ts";
import styles from "./occurrence.module.css";

/** Who started the goroutine, and who started that one: below the stack, as Go's own traces have it, but up to the root. */
export function Ancestry({ goroutine }: { goroutine: GoroutineRef }) {
  const { id, createdBy, parent, ancestors = [], ancestorsNote } = goroutine;
  const generations = [{ id, createdBy }, ...ancestors].filter((one) => one.createdBy !== null);
  return (
    <ol className={styles.created} aria-label="Ancestry of the goroutine">
      {generations.map((one, i) => {
        const ranOn = ancestors[i]?.id ?? (i === 0 ? parent : null);
        return (
          <li key={one.id}>
            goroutine {one.id} created by <GoName name={one.createdBy!} />
            {ranOn !== null && ` in goroutine ${ranOn}`}
          </li>
        );
      })}
      {ancestorsNote && <li className={styles.quiet}>{ancestorsNote}</li>}
    </ol>
  );
}
