"use client";
import { useEffect, useRef, useState } from "react";
import { ACTIONS, SECTIONS, useActions } from "../actions/index.ts";
import { Button, Key } from "../ui/index.ts";
import styles from "./help-sheet.module.css";

/** All keys, from the table that binds them. */
export function HelpSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useActions({ help: () => setOpen(!open) });
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={styles.sheet} aria-labelledby="help-title" onClose={() => setOpen(false)}>
      {open && (
        <>
          <header>
            <h2 id="help-title">Keys</h2>
            <Button icon="close" label="Close (Escape)" onClick={() => setOpen(false)} />
          </header>
          <div className={styles.columns}>
            {SECTIONS.map((section) => (
              <section key={section}>
                <h3>{section}</h3>
                <dl>
                  {ACTIONS.filter((a) => a.section === section).map((action) => (
                    <div key={action.id}>
                      <dt>
                        {action.keys.map((key) => (
                          <Key key={key}>{KEY_SIGNS[key] ?? key}</Key>
                        ))}
                      </dt>
                      <dd>{action.title}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
            <section>
              <h3>Filter</h3>
              <dl>
                {FILTER_WORDS.map(([example, meaning]) => (
                  <div key={example}>
                    <dt>
                      <code>{example}</code>
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </div>
        </>
      )}
    </dialog>
  );
}

const KEY_SIGNS: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑" };

const FILTER_WORDS = [
  ["refused dial", "both words, in any field"],
  ['"no such file"', "words with spaces"],
  ["-timeout", "without this word"],
  ["type:errno", "type anywhere in the chain"],
  ["fn: file: pkg:", "function, file and line, package"],
  ["op: kind: pid:", "wrap, join, …; panic; process"],
  ["origin:standard", "whose code: module, library, standard, runtime"],
  [
    "trap:",
    "swallowed, panic-dropped, dropped-after-first, context-cause-lost, cause-lost, typed-nil, cyclic-chain, error-method-panicked",
  ],
] as const;
