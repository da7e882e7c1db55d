"use client";
import { useLive, useShown } from "../live/index.ts";
import { Button, CopyButton } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import styles from "./empty-state.module.css";
import { emptyReason } from "./reason.ts";

/** Why there is nothing to see, and what to do. */
export function EmptyState({
  hiddenByFilter,
  hiddenInit,
  hiddenOther,
}: {
  hiddenByFilter: number;
  hiddenInit: number;
  hiddenOther: number;
}) {
  const { model } = useShown();
  const status = useLive((s) => s.status);
  const { filter, adjust } = useView();
  const reason = emptyReason({
    status,
    greeted: model.version !== null,
    targets: model.targets,
    filter,
    hiddenByFilter,
    hiddenInit,
    hiddenOther,
  });
  return (
    <section className={styles.empty} data-reason={reason.kind} aria-label={reason.title}>
      <h2>{reason.title}</h2>
      <p>{reason.body}</p>
      {reason.details.map((line) => (
        <p key={line} className={styles.detail}>
          {line}
        </p>
      ))}
      <Commands lines={reason.commands} />
      {reason.kind === "filter" && <Button onClick={() => adjust({ filter: "" })}>Clear the filter</Button>}
      {reason.kind === "only-others" && <Button onClick={() => adjust({ own: false })}>Show them</Button>}
      {reason.kind === "only-init" && <Button onClick={() => adjust({ init: true })}>Show them</Button>}
    </section>
  );
}

export function Commands({ lines }: { lines: readonly string[] }) {
  return lines.map((line) => (
    <div key={line} className={styles.command}>
      <code>{line}</code>
      <CopyButton text={() => line} label={`Copy: ${line}`} />
    </div>
  ));
}
