import type { ReactNode } from "react";
import { type Certificate, placeWords, siteKinds, type Target } from "../../server/events/index.ts";
import { formatCount, formatNanoseconds } from "../format/index.ts";
import { Ended } from "./ended.tsx";
import styles from "./targets.module.css";

/** How a program ended, if it did, and what was proven about its binary before the first probe was placed: the attach
 * certificate.
 *  @param folded that is only shown when asked for, as in a list of programs */
export function CertificateSheet({ target, folded = false }: { target: Target; folded?: boolean }) {
  const c = target.certificate;
  return (
    <div className={styles.sheet}>
      {!folded && (
        <h2>
          {target.name} <span className={styles.quiet}>{targetPlace(target)}</span>
        </h2>
      )}
      <p className={styles.exe}>{target.exe}</p>
      {target.lateNs !== undefined && (
        <p className={styles.quiet}>
          Traced from {formatNanoseconds(target.lateNs)} after it began: what it did before is not seen.
        </p>
      )}
      <Ended target={target} />
      {target.state !== "exited" && target.reason && <p className={styles.reason}>{target.reason}</p>}
      {!c ? (
        <p className={styles.quiet}>Its binary is not read yet.</p>
      ) : folded ? (
        <details>
          <summary>what was proven about it</summary>
          <Sheet c={c} />
        </details>
      ) : (
        <Sheet c={c} />
      )}
    </div>
  );
}

/** What told the version of Go, in words. */
const VERSION_FROM: Record<string, string> = {
  buildinfo: "by its build information",
  "runtime.buildVersion": "by the text that runtime.Version gives",
  layout: "by the layout of its tables",
};

/** `pid 71, 7 in its pid namespace, container 3f0c1d2e8a4b`. */
export function targetPlace(target: Target): string {
  return [`pid ${target.pid}`, ...placeWords(target)].join(", ");
}

function Sheet({ c }: { c: Certificate }) {
  const form = [
    c.form.stripped ? "stripped" : "with symbols",
    c.form.pie && "PIE",
    c.form.cgo && "cgo",
  ].filter(Boolean);
  const { errorTypes: types, sites, probes } = c;
  return (
    <>
      {c.verdict === "refuse" && c.reason && <p className={styles.reason}>{c.reason}</p>}
      <dl className={styles.facts}>
        <Fact name="Go">
          {c.goVersion} <i>{VERSION_FROM[c.goVersionFrom] ?? c.goVersionFrom}</i>
        </Fact>
        <Fact name="binary">
          {c.arch}, {form.join(", ")} <i>read in {formatNanoseconds(c.analysisMs * 1e6)}</i>
        </Fact>
        <Fact name="build id">{c.buildId ?? "none"}</Fact>
        <Fact name="error types">
          {formatCount(types.total)}{" "}
          <i>
            causes can be followed for {ofAll(types.unwrapResolved, types.withUnwrap)} that have some, the
            message is known for {ofAll(types.messageResolved, types.total)}
          </i>
        </Fact>
        <Fact name="errors made">
          {ofAll(sites.resolved, sites.references)} places in the code can be watched
        </Fact>
        {sites.intoAny && (
          <Fact name="into any">
            {ofAll(sites.intoAny.resolved, sites.intoAny.found)} places that put an error into an any, as
            fmt.Println(errors.New("x")) does, can be watched
          </Fact>
        )}
        {sites.sentinels && (
          <Fact name="sentinels">
            {formatCount(sites.sentinels.total)} package-level errors{" "}
            <i>{ofAll(sites.sentinels.resolved, sites.sentinels.uses)} uses can be watched</i>
          </Fact>
        )}
        <Fact name="probes">
          {formatCount(probes.total)} by {probes.method}{" "}
          <i>
            at {formatCount(probes.emulated)} the kernel emulates the instruction, at{" "}
            {formatCount(probes.singleStepped)} it steps over it, which takes longer
          </i>
        </Fact>
        <Fact name="cost">{c.expectedCost}</Fact>
      </dl>
      <Part title="Where a probe is">
        {siteKinds(sites.byOp).map(({ words, count }) => (
          <li key={words}>
            <b>{formatCount(count)}</b> {words}
          </li>
        ))}
      </Part>
      {sites.unresolved.length > 0 && (
        <Part title="What can’t be watched">
          {sites.unresolved.map((u) => (
            <li key={u.class}>
              <b>{formatCount(u.count)}</b> {u.class} <i>such as {u.example}</i>
            </li>
          ))}
        </Part>
      )}
      <Part title="Checks">
        {c.checks.map((check) => (
          <li key={check.name}>
            <span data-ok={check.ok}>{check.ok ? "✓" : "✕ failed:"}</span> {check.name} <i>{check.detail}</i>
          </li>
        ))}
      </Part>
      <details>
        <summary>{formatCount(c.derivations.length)} facts about the layout of the program</summary>
        <ul>
          {c.derivations.map((d) => (
            <li key={d.name}>
              <code>
                {d.name} = {d.value}
              </code>{" "}
              <i>
                {d.from}, {d.checked ? "checked" : "not checked"}
                {d.note && `, ${d.note}`}
              </i>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** `1,819 of 1,822`. */
const ofAll = (some: number, all: number) => `${formatCount(some)} of ${formatCount(all)}`;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </>
  );
}
