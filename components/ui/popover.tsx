"use client";
import { type ReactNode, useCallback, useId, useRef, useState } from "react";
import styles from "./ui.module.css";

interface Props {
  /** What the button shows. */
  trigger: ReactNode;
  triggerClass?: string | undefined;
  /** Name of the panel; the button's is its content. */
  label: string;
  /** Opens above the button instead of below. */
  above?: boolean;
  children: ReactNode;
}

/** A button with a panel that the browser closes on Escape or a click elsewhere. */
export function Popover({ trigger, triggerClass, label, above = false, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const place = useCallback(
    (nowOpen: boolean) => {
      setOpen(nowOpen);
      if (!nowOpen || !button.current || !panel.current) return;
      const at = button.current.getBoundingClientRect();
      const { style, offsetWidth } = panel.current;
      style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - offsetWidth - 8))}px`;
      style.top = above ? "auto" : `${at.bottom + 6}px`;
      style.bottom = above ? `${window.innerHeight - at.top + 6}px` : "auto";
      style.maxHeight = `${(above ? at.top : window.innerHeight - at.bottom) - 20}px`;
    },
    [above],
  );

  return (
    <>
      <button
        ref={button}
        type="button"
        className={triggerClass ?? styles.button}
        popoverTarget={id}
        aria-expanded={open}
      >
        {trigger}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={styles.popover}
        onToggle={(event) => place(event.newState === "open")}
      >
        {open && children}
      </div>
    </>
  );
}
