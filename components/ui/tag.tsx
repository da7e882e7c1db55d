import type { ReactNode } from "react";
import styles from "./ui.module.css";

export type Tone = "plain" | "root" | "panic" | "kernel" | "warn" | "bad";

/** A short word beside a name. The tone repeats what the word says. */
export function Tag({
  tone = "plain",
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={styles.tag} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

export function Key({ children }: { children: string }) {
  return <kbd className={styles.key}>{children}</kbd>;
}
