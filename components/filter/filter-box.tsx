"use client";
import { useEffect, useRef, useState } from "react";
import { useActions } from "../actions/index.ts";
import { Icon, Key } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import styles from "./filter-box.module.css";

/** Time after the last stroke until the views follow. */
const WAIT_MS = 120;

export function FilterBox() {
  const { filter, adjust } = useView();
  const [text, setText] = useState(filter);
  const input = useRef<HTMLInputElement>(null);
  useActions({ filter: () => input.current?.select() });
  useEffect(() => setText(filter), [filter]);
  useEffect(() => {
    if (text === filter) return;
    const timer = setTimeout(() => adjust({ filter: text }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, filter, adjust]);
  return (
    <search className={styles.box}>
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="text"
        spellCheck={false}
        autoComplete="off"
        aria-label="Filter by type, message, function or file"
        placeholder="Filter: type, message, function, file"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            if (text) setText("");
            else input.current?.blur();
          } else if (event.key === "Enter") {
            adjust({ filter: text });
            input.current?.blur();
          } else return;
          event.preventDefault();
        }}
      />
      {!text && <Key>/</Key>}
    </search>
  );
}
