import type { ReactNode } from "react";
import type { Certificate, Target } from "../../server/events/index.ts";
import { formatCount } from "../format/index.ts";
import { Ended } from "./ended.tsx";
import styles from "./targets.module.css";

/** How a program ended, if it did, and what was proven about its binary before the first probe was placed: the attach
 * certificate.
 *  @param folded that is only shown when asked for, as in a list of programs */
export function CertificateSheet({ target, folded = false }: { target: Target; folded?: boolean }) {
  const c = target.certificate;
  return (
    <div className={styles.sheet}>
      <h2>
        {target.name} <span className={styles.quiet}>pid {target.pid}</span>
      </h2>
      <p className={styles.exe}>{target.exe}</p>
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

function Sheet({ c }: { c: Certificate }) {
  const form = [
    c.form.stripped ? "stripped" : "with symbols",
    c.form.pie && "PIE",
    c.form.cgo && "cgo",
  ].filter(Boolean);
  return (
    <>
      {c.verdict === "refuse" && c.reason && <p className={styles.reason}>{c.reason}</p>}
      <dl className={styles.facts}>
        <Fact name="Go">
          {c.goVersion} <i>from {c.goVersionFrom}</i>
        </Fact>
        <Fact name="binary">
          {c.arch}, {form.join(", ")} <i>read in {formatCount(c.analysisMs)} ms</i>
        </Fact>
        <Fact name="build id">{c.buildId ?? "none"}</Fact>
        <Fact name="error types">
          {formatCount(c.errorTypes.total)}{" "}
          <i>
            Unwrap known for {c.errorTypes.unwrapResolved} of {c.errorTypes.withUnwrap}, message for{" "}
            {c.errorTypes.messageResolved} of {c.errorTypes.total}
          </i>
        </Fact>
        <Fact name="sites">
          {formatCount(c.sites.resolved)} of {formatCount(c.sites.references)} references resolved
        </Fact>
        {c.sites.sentinels && (
          <Fact name="sentinels">
            {formatCount(c.sites.sentinels.total)} package-level errors{" "}
            <i>
              {formatCount(c.sites.sentinels.resolved)} of {formatCount(c.sites.sentinels.uses)} uses resolved
            </i>
          </Fact>
        )}
        <Fact name="by kind">
          {Object.entries(c.sites.byOp)
            .sort(([, a], [, b]) => b - a)
            .map(([op, n]) => `${op} ${formatCount(n)}`)
            .join(", ")}
        </Fact>
        <Fact name="probes">
          {formatCount(c.probes.total)} by {c.probes.method}{" "}
          <i>
            {formatCount(c.probes.emulated)} emulated, {formatCount(c.probes.singleStepped)} single-stepped
          </i>
        </Fact>
        <Fact name="expected cost">{c.expectedCost}</Fact>
      </dl>
      {c.sites.unresolved.length > 0 && (
        <Part title="Not resolved, so not probed">
          {c.sites.unresolved.map((u) => (
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
      <Part title="Layouts">
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
      </Part>
    </>
  );
}

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
