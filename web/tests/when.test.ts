import { expect, it } from "vitest";
import { readWhen } from "../src/plan/when";

const FRIDAY = "2026-11-27";

it.each([
  ["Call Anna today", "Call Anna", "2026-11-27"],
  ["Call Anna Tomorrow", "Call Anna", "2026-11-28"],
  ["Call Anna the day after tomorrow", "Call Anna", "2026-11-29"],
  ["Call Anna, tmr", "Call Anna", "2026-11-28"],
  ["Call Anna fri", "Call Anna", "2026-12-04"],
  ["Call Anna on sat", "Call Anna", "2026-11-28"],
  ["Call Anna by thursday", "Call Anna", "2026-12-03"],
  ["Call Anna this sunday", "Call Anna", "2026-11-29"],
  ["Call Anna next monday", "Call Anna", "2026-11-30"],
  ["Call Anna next fri", "Call Anna", "2026-12-04"],
  ["Call Anna next week", "Call Anna", "2026-11-30"],
  ["Call Anna next month", "Call Anna", "2026-12-01"],
  ["Call Anna this weekend", "Call Anna", "2026-11-28"],
  ["Call Anna in 3 days", "Call Anna", "2026-11-30"],
  ["Call Anna in a week", "Call Anna", "2026-12-04"],
  ["Call Anna in two weeks", "Call Anna", "2026-12-11"],
  ["Call Anna in 3 months", "Call Anna", "2027-02-27"],
  ["Pay rent 12 dec", "Pay rent", "2026-12-12"],
  ["Pay rent on December 12th", "Pay rent", "2026-12-12"],
  ["Pay rent 1st of jan", "Pay rent", "2027-01-01"],
  ["Pay rent nov 27", "Pay rent", "2026-11-27"],
  ["Pay rent nov 26", "Pay rent", "2027-11-26"],
  ["Pay rent 3 may 2028", "Pay rent", "2028-05-03"],
  ["Leap 29 feb", "Leap", "2028-02-29"],
  ["Pay rent 2026-12-24", "Pay rent", "2026-12-24"],
  ["tomorrow call Anna", "call Anna", "2026-11-28"],
  ["12 dec: pay rent", "pay rent", "2026-12-12"],
  ["Next monday – report", "report", "2026-11-30"],
])("reads %s", (typed, title, day) => {
  const found = readWhen(typed, FRIDAY);
  expect(found).toMatchObject({ title, day, repeats: null });
});

it.each([
  ["Stretch every day", "2026-11-27", "daily"],
  ["Stretch every weekday", "2026-11-27", "weekdays"],
  ["Stretch every week", "2026-11-27", "weekly"],
  ["Stretch every month", "2026-11-27", "monthly"],
  ["Stretch every friday", "2026-11-27", "weekly"],
  ["Stretch every mon", "2026-11-30", "weekly"],
])("reads the repetition of %s", (typed, day, repeats) => {
  expect(readWhen(typed, FRIDAY)).toMatchObject({ title: "Stretch", day, repeats });
});

it("says which words it took, with the small one before them", () => {
  expect(readWhen("Pay rent by Friday", FRIDAY)?.words).toBe("by Friday");
});

it.each([
  "tomorrow",
  "Call Anna",
  "Sun cream",
  "Sat nav update",
  "Monday's minutes",
  "Buy the Sunday Times",
  "Plan A",
  "Read chapter 12",
  "Pay rent 31 feb",
  "Pay rent 31 nov",
  "Pay rent 2026-02-30",
  "Yesterday",
  "Mayor 5",
])("leaves %s alone", (typed) => {
  expect(readWhen(typed, FRIDAY)).toBeNull();
});

it("counts a weekday from a Sunday", () => {
  expect(readWhen("Report next monday", "2026-11-29")?.day).toBe("2026-11-30");
  expect(readWhen("Stretch every weekday", "2026-11-29")?.day).toBe("2026-11-30");
  expect(readWhen("Trip this weekend", "2026-11-29")?.day).toBe("2026-11-29");
});
