/** Calendar days as the API has them (YYYY-MM-DD), seen from the visitor's time zone, in the page's language. */
import { signal } from "@preact/signals";
import { format } from "./formats";
import { LOCALE } from "./strings";

const DAY_MS = 86_400_000;

/** The calendar day of `at` where the visitor is. */
export function dayOf(at: Date): string {
  const month = String(at.getMonth() + 1).padStart(2, "0");
  return `${at.getFullYear()}-${month}-${String(at.getDate()).padStart(2, "0")}`;
}

/** Noon of a day in local time: far enough from midnight that no change of clocks moves it to another day. */
function noon(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date, 12);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((noon(to).getTime() - noon(from).getTime()) / DAY_MS);
}

export function addDays(day: string, days: number): string {
  const at = noon(day);
  at.setDate(at.getDate() + days);
  return dayOf(at);
}

/** The next Monday after `day`. */
export function nextMonday(day: string): string {
  return addDays(day, (8 - noon(day).getDay()) % 7 || 7);
}

function capitalised(text: string, locale = LOCALE): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}

/** "Yesterday", "Today", "Tomorrow", "Friday" within a week, "3 Dec" within the year, "3 Dec 2028" beyond. */
export function dueText(day: string, today: string, locale = LOCALE): string {
  const days = daysBetween(today, day);
  if (Math.abs(days) <= 1) {
    return capitalised(format(Intl.RelativeTimeFormat, locale, { numeric: "auto" }).format(days, "day"), locale);
  }
  if (days > 1 && days < 7) {
    return capitalised(format(Intl.DateTimeFormat, locale, { weekday: "long" }).format(noon(day)), locale);
  }
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  const year = sameYear ? {} : ({ year: "numeric" } as const);
  return format(Intl.DateTimeFormat, locale, { day: "numeric", month: "short", ...year }).format(noon(day));
}

/** A day in full, for names that a screen reader says and for tooltips. */
export function dayText(day: string, locale = LOCALE): string {
  return format(Intl.DateTimeFormat, locale, { dateStyle: "full" }).format(noon(day));
}

/** "Monday, 23 November": the line under the list's heading. */
export function headingDay(day: string, locale = LOCALE): string {
  return format(Intl.DateTimeFormat, locale, { weekday: "long", day: "numeric", month: "long" }).format(noon(day));
}

/** Today, where the visitor is. Kept right past midnight and after a laptop's sleep. */
export const today = signal(dayOf(new Date()));

export function watchToday(): void {
  const look = (): void => {
    today.value = dayOf(new Date());
  };
  setInterval(look, 30_000);
  document.addEventListener("visibilitychange", look);
}
