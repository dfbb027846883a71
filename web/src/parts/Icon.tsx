/** Line icons, 24 units wide, drawn in the text's colour. Always beside a name: hidden from screen readers. */
const PATHS = {
  alert: "M12 8v5m0 3.5v.01M10.3 4 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
  back: "m14.5 6-6 6 6 6",
  calendar: "M7 3v3m10-3v3M4 10h16M6 5h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z",
  check: "m5.5 12.5 4.2 4.2 8.8-9.4",
  clip: "m20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4l7.7-7.6",
  close: "m6 6 12 12M18 6 6 18",
  details: "M4 7h16M4 12h10M4 17h7m6-3v6m-3-3h6",
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  eyeOff:
    "M4 4l16 16M9.9 5.8a9 9 0 0 1 2.1-.3c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6.3 7.6A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.500a9 9 0 0 0 4.2-1.100M10 10.100a2.8 2.8 0 0 0 3.9 3.9",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Zm0 0v5h5",
  keyboard: "M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2Zm2 4h.01M11 10h.01M15 10h.01M17 10h.01M8 14h8",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
  next: "m9.5 6 6 6-6 6",
  note: "M5 6h14M5 11h14M5 16h8",
  plus: "M12 5v14M5 12h14",
  repeat: "M17 3l3 3-3 3M4 11V9a3 3 0 0 1 3-3h13M7 21l-3-3 3-3m13-2v2a3 3 0 0 1-3 3H4",
  restore: "M4 5v5h5M4.6 14a8 8 0 1 0 1.5-7.500L4 10",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5",
  star: "m12 3.5 2.6 5.4 5.9.8-4.300 4.100 1.050 5.900L12 16.900l-5.250 2.800 1.050-5.900L3.500 9.700l5.900-.8L12 3.500Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.400M18.4 5.6 17 7M7 17l-1.4 1.4",
  system: "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Zm4 15h6m-3-3v3",
  trash:
    "M4.5 7h15M10 11v5.500m4-5.500v5.500M6.5 7l.8 11.200a2 2 0 0 0 2 1.800h5.400a2 2 0 0 0 2-1.800L17.5 7M9 7V5.500A1.5 1.5 0 0 1 10.5 4h3A1.5 1.5 0 0 1 15 5.500V7",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8a7.5 7.5 0 0 1 15 0",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  const mirrored = name === "back" || name === "next";
  return (
    <svg class={mirrored ? "icon mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A wren, whose tail is a tick. public/favicon.svg is the same. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M5.5 13.2 9 11.3a4 4 0 0 1 7.1 1.7l.5 2.2L22.6 8c1-1.2 2.9-.2 2.5 1.3-1.6 6.6-4 13.7-10 13.7-4.2 0-6.9-3.6-6.9-8.4z" />
      <circle cx="12" cy="12.4" r="1" />
    </svg>
  );
}
