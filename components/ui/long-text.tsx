"use client";
import { useState } from "react";
import { formatCount } from "../format/index.ts";
import { cutText } from "./cut-text.ts";
import styles from "./ui.module.css";

/** A text whose rest is shown on demand, so that one long message doesn't push all else off the screen. */
export function LongText({ text, most, lines = 12 }: { text: string; most: number; lines?: number }) {
  const [whole, setWhole] = useState(false);
  const begin = cutText(text, most, lines);
  if (begin === null || whole) return text;
  return (
    <>
      {begin}…{" "}
      <button type="button" className={styles.rest} onClick={() => setWhole(true)}>
        {formatCount(text.length - begin.length)} more characters
      </button>
    </>
  );
}
