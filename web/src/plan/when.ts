/** A day in words at the end or the start of a title: "Call Anna tomorrow", "12 dec: pay rent", "Stretch every day". English. Pure. */
import { addDays, daysBetween, nextMonday } from "../dates";
import type { Repeats } from "../model";

export interface When {
  /** The title without the words. */
  title: string;
  /** As they were typed. */
  words: string;
  /** YYYY-MM-DD */
  day: string;
  repeats: Repeats | null;
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = "january february march april may june july august september october november december".split(" ");
const NUMBERS = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

const WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?";
const FULL_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const DATE = "\\d{1,2}(?:st|nd|rd|th)?";
const COUNT = `(?:\\d{1,3}|an|one|${NUMBERS.join("|")})`;

/** What is clear enough at the start of a title, too. */
const CLEAR = [
  "today",
  "tomorrow",
  "(?:the )?day after tomorrow",
  `(?:this |next )?${FULL_WEEKDAY}`,
  "next week",
  "next month",
  `in ${COUNT} (?:day|week|month)s?`,
  `${DATE}(?: of)? ${MONTH}(?:,? \\d{4})?`,
  `${MONTH} ${DATE}(?:,? \\d{4})?`,
  "\\d{4}-\\d{2}-\\d{2}",
];
const LAST = [
  ...CLEAR,
  "tonight",
  "tmrw?",
  `(?:this |next )?${WEEKDAY}`,
  "(?:this )?weekend",
  `every (?:day|weekday|week|month|${WEEKDAY})`,
];

const AT_END = new RegExp(`^(.*?\\S)[\\s,;:–-]+((?:on |by |for |due )?(${LAST.join("|")}))$`, "i");
const AT_START = new RegExp(`^((?:on |by |due )?(${CLEAR.join("|")}))[\\s,;:–-]+(\\S.*)$`, "i");

/** What a title says about its day; null when it says nothing. */
export function readWhen(title: string, today: string): When | null {
  const trimmed = title.trim();
  const end = AT_END.exec(trimmed);
  const start = end === null ? AT_START.exec(trimmed) : null;
  const [rest, words, phrase] = end !== null ? [end[1], end[2], end[3]] : [start?.[3], start?.[1], start?.[2]];
  if (rest === undefined || words === undefined || phrase === undefined) return null;
  const found = dayOf(phrase.toLowerCase().replace(/\s+/g, " "), today);
  return found === null ? null : { title: rest.replace(/[\s,;:–-]+$/, ""), words, ...found };
}

type Found = { day: string; repeats: Repeats | null };

function dayOf(phrase: string, today: string): Found | null {
  const every = /^every (.*)$/.exec(phrase)?.[1];
  if (every !== undefined) return repetition(every, today);
  const day = single(phrase, today);
  return day === null ? null : { day, repeats: null };
}

function repetition(every: string, today: string): Found {
  if (every === "weekday") return { day: indexOf(today) < 5 ? today : nextMonday(today), repeats: "weekdays" };
  const name = { day: "daily", week: "weekly", month: "monthly" } as const;
  if (every in name) return { day: today, repeats: name[every as keyof typeof name] };
  return { day: addDays(today, (weekday(every) - indexOf(today) + 7) % 7), repeats: "weekly" };
}

function single(phrase: string, today: string): string | null {
  if (phrase === "today" || phrase === "tonight") return today;
  if (/^(tomorrow|tmrw?)$/.test(phrase)) return addDays(today, 1);
  if (phrase.endsWith("day after tomorrow")) return addDays(today, 2);
  if (phrase === "next week") return nextMonday(today);
  if (phrase === "next month") return later(today.slice(0, 8) + "01", 1);
  if (phrase.endsWith("weekend")) return addDays(today, indexOf(today) > 4 ? 0 : 5 - indexOf(today));
  const distance = /^in (\S+) (day|week|month)/.exec(phrase);
  if (distance !== null) {
    const n = numberOf(distance[1] ?? "");
    return distance[2] === "month" ? later(today, n) : addDays(today, distance[2] === "week" ? 7 * n : n);
  }
  if (/^\d{4}-/.test(phrase)) return real(phrase);
  const date = /\d+/.exec(phrase)?.[0];
  return date === undefined ? onWeekday(phrase, today) : onDate(phrase, Number(date), today);
}

/** "next friday" is the one of next week, which starts on Monday; any other friday is the first one after today. */
function onWeekday(phrase: string, today: string): string {
  const index = weekday(phrase.replace(/^(this|next) /, ""));
  if (phrase.startsWith("next ")) return addDays(nextMonday(today), index);
  return addDays(today, (index - indexOf(today) + 7) % 7 || 7);
}

/** A date without a year is the next one. */
function onDate(phrase: string, date: number, today: string): string | null {
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name.slice(0, 3)}`).test(phrase)) + 1;
  const end = `-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  const year = /\d{4}/.exec(phrase)?.[0];
  if (year !== undefined) return real(year + end);
  const now = Number(today.slice(0, 4));
  // The 29th of February is not in every year.
  return (
    Array.from({ length: 9 }, (_, after) => real(`${now + after}${end}`)).find((day) => day !== null && day >= today) ?? null
  );
}

/** Monday is 0. */
const indexOf = (day: string): number => 7 - daysBetween(day, nextMonday(day));

const weekday = (name: string): number => WEEKDAYS.findIndex((full) => full.startsWith(name.slice(0, 3)));

function numberOf(text: string): number {
  return text === "an" || text === "one" ? 1 : NUMBERS.includes(text) ? NUMBERS.indexOf(text) + 1 : Number(text);
}

/** The same date that many months later, or the last one of a shorter month. */
function later(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  last.setUTCDate(Math.min(date, last.getUTCDate()));
  return last.toISOString().slice(0, 10);
}

/** The day, if there is one. */
function real(day: string): string | null {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day;
}
