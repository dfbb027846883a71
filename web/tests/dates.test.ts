import { afterEach, describe, expect, it, vi } from "vitest";
import { addDays, dayOf, daysBetween, dueText, nextMonday, today, watchToday } from "../src/dates";
import { sizeText } from "../src/editor/texts";

describe("days", () => {
  it("is the visitor's day, not that of UTC", () => {
    expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
  });
  it("counts whole days over a change of clocks", () => {
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
    expect(daysBetween("2026-03-01", "2026-02-28")).toBe(-1);
  });
  it("adds over the end of a year", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });
  it("finds the next Monday, never today", () => {
    expect(nextMonday("2026-11-23")).toBe("2026-11-30"); // a Monday
    expect(nextMonday("2026-11-29")).toBe("2026-11-30");
  });
});

describe("due text", () => {
  const today = "2026-11-23";
  it.each([
    ["2026-11-22", "Yesterday"],
    ["2026-11-23", "Today"],
    ["2026-11-24", "Tomorrow"],
    ["2026-11-27", "Friday"],
    ["2026-11-30", "30 Nov"],
    ["2026-11-19", "19 Nov"],
    ["2027-01-02", "2 Jan 2027"],
  ])("%s is %s", (day, text) => {
    expect(dueText(day, today, "en-GB")).toBe(text);
  });
  it("speaks the visitor's language", () => {
    expect(dueText("2026-11-24", today, "de")).toBe("Morgen");
  });
});

describe("sizes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_500, "1.5 kB"],
    [250_000, "250 kB"],
    [110_100_480, "110 MB"],
  ])("%i bytes", (bytes, text) => {
    expect(sizeText(bytes, "en-GB")).toBe(text);
  });
});

describe("today", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  it("rolls over at midnight, and when a laptop wakes up", () => {
    let wake = (): void => {};
    vi.stubGlobal("document", { addEventListener: (_: string, look: () => void) => (wake = look) });
    vi.useFakeTimers({ now: new Date(2026, 10, 23, 23, 59, 50) });
    watchToday();
    vi.advanceTimersByTime(30_000);
    expect(today.value).toBe("2026-11-24");
    vi.setSystemTime(new Date(2026, 10, 26, 8));
    wake();
    expect(today.value).toBe("2026-11-26");
  });
});
