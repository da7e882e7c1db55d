"use client";
import type { Target } from "../../server/events/index.ts";
import { useShown } from "../live/index.ts";
import { Popover } from "../ui/index.ts";
import { CertificateSheet, targetPlace } from "./certificate.tsx";
import styles from "./targets.module.css";

/** Programs up to which each has a button of its own. */
const FEW = 2;
/** Each state's mark differs in shape, not only in colour. */
const MARKS: Record<Target["state"], string> = {
  attaching: "◌",
  attached: "●",
  refused: "✕",
  exited: "□",
  detached: "○",
};

/** The traced programs, each with what was proven about it. */
export function Targets() {
  const { targets } = useShown().model;
  if (targets.length === 0) return <span className={styles.none}>no program traced</span>;
  if (targets.length <= FEW) {
    return targets.map((target) => (
      <Popover
        key={target.id}
        label={`${target.name} ${target.pid}, ${stateWords(target)}`}
        triggerClass={styles.chip}
        trigger={<Chip target={target} />}
      >
        <CertificateSheet target={target} />
      </Popover>
    ));
  }
  const attached = targets.filter((t) => t.state === "attached").length;
  const bad = targets.filter(failed).length;
  return (
    <Popover
      label={`${targets.length} programs, ${attached} attached`}
      triggerClass={styles.chip}
      trigger={
        <>
          <b>{targets.length}</b> programs <span className={styles.pid}>{attached} attached</span>
          {bad > 0 && (
            <span className={styles.state} data-bad="true">
              {bad} failed
            </span>
          )}
        </>
      }
    >
      {byNeed(targets).map((target) => (
        <section key={target.id} className={styles.entry} aria-label={`${target.name} ${target.pid}`}>
          <p>
            <Chip target={target} place={targetPlace(target)} />
          </p>
          <CertificateSheet target={target} folded />
        </section>
      ))}
    </Popover>
  );
}

/** Those that failed first, then the newest. */
function byNeed(targets: readonly Target[]): Target[] {
  return targets.toReversed().sort((a, b) => Number(failed(b)) - Number(failed(a)));
}

/** Of an exited program with how it ended: `exited, status 1`. */
function stateWords({ state, reason }: Target): string {
  return state === "exited" && reason ? `exited, ${reason}` : state;
}
const failed = ({ state, reason }: Target) =>
  state === "refused" || (state === "exited" && reason !== null && reason !== "status 0");

/** @param place where the program runs; its pid alone, where there is room for no more */
function Chip({ target, place = String(target.pid) }: { target: Target; place?: string }) {
  return (
    <>
      <span className={styles.mark} data-state={target.state} aria-hidden="true">
        {MARKS[target.state]}
      </span>
      <b>{target.name}</b> <span className={styles.pid}>{place}</span>
      {target.state !== "attached" && (
        <span className={styles.state} data-bad={failed(target)}>
          {stateWords(target)}
        </span>
      )}
    </>
  );
}
