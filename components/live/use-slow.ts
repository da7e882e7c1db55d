"use client";
import { useEffect, useRef, useState } from "react";

/** A value that changes often, passed on at most every `ms`, the last one always; at once when `key` changes. For what is
 * costly to work out. */
export function useSlow<T>(value: T, ms: number, key: string): T {
  const [slow, setSlow] = useState({ value, key });
  const last = useRef(0);
  useEffect(() => {
    const pass = () => {
      last.current = Date.now();
      setSlow({ value, key });
    };
    const wait = last.current + ms - Date.now();
    if (wait <= 0) return pass();
    const timer = setTimeout(pass, wait);
    return () => clearTimeout(timer);
  }, [value, ms, key]);
  return slow.key === key ? slow.value : value;
}
