const PATHS = {
  pause: "M5.5 3v10M10.5 3v10",
  play: "M5 3l8 5-8 5z",
  sun: "M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1M8 5.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z",
  moon: "M13 9.6A5.6 5.6 0 016.4 3a5.6 5.6 0 106.6 6.6z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  help: "M5.8 6a2.2 2.2 0 113.3 1.9c-.7.4-1.1.8-1.1 1.6M8 12.2v.1",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.5 10.5L14 14",
  right: "M6 3.5L10.5 8 6 12.5",
  down: "M3.5 6L8 10.5 12.5 6",
  left: "M10 3.5L5.5 8l4.5 4.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5l3.2 3L13 4.5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  table: "M2 3h12v10H2zM2 6.5h12M2 9.8h12M6 6.5V13",
  picture: "M2 3h12v3.2H2zM2 6.2h7v3.2H2zM2 9.4h4v3.2H2z",
  graph: "M2 5.5h4v5H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 8h2V4h2M8 8v4h2",
  warning: "M8 2.2L14.5 13.5h-13zM8 6.5v3.4M8 11.6v.1",
  plug: "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9V8a4.5 4.5 0 01-9 0zM8 12.5V15",
} as const;
export type IconName = keyof typeof PATHS;

/** A 16 px line drawing in the text's colour; what it means must be said in words beside it or by its button. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      style={{ flex: "none", display: "block" }}
    >
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
