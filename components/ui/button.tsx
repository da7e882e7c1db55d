"use client";
import type { ReactNode } from "react";
import { type ActionId, runAction, tooltip } from "../actions/index.ts";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./ui.module.css";

interface Props {
  icon?: IconName;
  children?: ReactNode;
  /** For screen readers and the tooltip, when there is no text. */
  label?: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick(): void;
}

export function Button({ icon, children, label, pressed, disabled, onClick }: Props) {
  return (
    <button
      type="button"
      className={children ? styles.button : styles.iconButton}
      aria-label={children ? undefined : label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button for an action of the table: its words and key are the tooltip. */
export function ActionButton({ action, ...rest }: { action: ActionId } & Omit<Props, "onClick" | "label">) {
  return <Button {...rest} label={tooltip(action)} onClick={() => runAction(action)} />;
}
