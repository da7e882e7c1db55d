"use client";
import { useEffect, useState } from "react";
import { Commands } from "../empty-state/index.ts";
import { useClient, useLive, useShown } from "../live/index.ts";
import { Button } from "../ui/index.ts";
import styles from "./connection.module.css";

/** A word on the connection for the status line. */
export function ConnectionMark() {
  const status = useLive((s) => s.status);
  const paused = useLive((s) => s.paused);
  const { model } = useShown();
  const word =
    status.state === "open"
      ? paused
        ? "paused"
        : "live"
      : status.state === "lost"
        ? "not connected"
        : status.state;
  return (
    <span
      className={styles.mark}
      data-state={status.state}
      title={model.version ? `collector ${model.version}` : undefined}
    >
      <span aria-hidden="true">
        {status.state === "open" ? "●" : status.state === "connecting" ? "◌" : "✕"}
      </span>
      {word}
    </span>
  );
}

/** Over the page while the collector is gone, after it was there: what is on the screen stays, but grows old. */
export function LostConnection() {
  const status = useLive((s) => s.status);
  const client = useClient();
  const [now, setNow] = useState(0);
  const lost = status.state === "lost";
  useEffect(() => {
    if (!lost) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [lost]);
  if (status.state === "stopped") {
    return (
      <section role="alert" className={styles.lost} data-final="">
        <h2>This page can’t read the collector</h2>
        <p>{status.reason}</p>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </section>
    );
  }
  if (status.state !== "lost" || !status.wasOpen) return null;
  const seconds = Math.max(0, Math.ceil((status.retryAt - now) / 1000));
  return (
    <section role="alert" className={styles.lost}>
      <h2>The connection to the collector is lost</h2>
      <p>{status.reason} What you see is from before. If the collector has stopped, start it again:</p>
      <Commands lines={["npm run -s errscope -- serve", "npm run -s errscope -- demo"]} />
      <p className={styles.retry}>
        <Button onClick={() => client.retry()}>Try now</Button>
        <span aria-hidden="true">{seconds > 0 ? `next try in ${seconds} s` : "trying"}</span>
      </p>
    </section>
  );
}
