"use client";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

/** Puts text on the clipboard and says so for a moment. @returns whether the browser allowed it */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function CopyButton({
  text,
  label,
  children,
}: {
  text: () => string;
  label: string;
  children?: string;
}) {
  const [said, setSaid] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const word = said === "copied" ? "Copied" : said === "refused" ? "Not allowed here" : children;
  return (
    <Button
      icon={said === "copied" ? "check" : "copy"}
      label={label}
      onClick={async () => setSaid((await copyText(text())) ? "copied" : "refused")}
    >
      {word}
    </Button>
  );
}
