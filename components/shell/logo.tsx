/** A trace that breaks out of its line. */
export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M2 18h8l3-9 5 15 3-8h9"
        fill="none"
        stroke="var(--root)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
