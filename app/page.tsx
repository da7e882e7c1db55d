"use client";
import { useEffect, useState } from "react";
import { SOCKET_VERSION } from "../server/events/index.ts";
export default function Page() {
  const [a, setA] = useState("");
  useEffect(() => {
    const w = new Worker(new URL("./x.worker.ts", import.meta.url), { type: "module" });
    w.onmessage = (e) => setA(String(e.data));
    w.postMessage(1);
    return () => w.terminate();
  }, []);
  return (
    <p>
      hi {SOCKET_VERSION} {a}
    </p>
  );
}
