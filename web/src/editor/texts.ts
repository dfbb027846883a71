/** Moments and sizes as they are shown. Pure. */
import { format } from "../formats";
import { LOCALE } from "../strings";

/** A moment (RFC 3339) in the visitor's time zone. */
export function momentText(moment: string, locale = LOCALE): string {
  return format(Intl.DateTimeFormat, locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}

/** Bytes as people read them, in units of 1,000 as file managers show them. */
export function sizeText(bytes: number, locale = LOCALE): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const options = { style: "unit", unit: units[unit] ?? "byte", unitDisplay: unit === 0 ? "long" : "short" } as const;
  return format(Intl.NumberFormat, locale, { ...options, maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value);
}
