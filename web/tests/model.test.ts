import { describe, expect, it } from "vitest";
import { changes, holds, type TodoFields } from "../src/model";

const base: TodoFields = { title: "Book a table", description: "", notes: "", dateDue: "2026-05-05" };

describe("changes", () => {
  it("is nothing between equals", () => expect(changes(base, { ...base })).toEqual({}));
  it("names what differs, also a date taken away", () => {
    expect(changes(base, { ...base, title: "Book two", dateDue: null })).toEqual({ title: "Book two", dateDue: null });
  });
});

describe("holds", () => {
  it("knows a lost answer from a conflict", () => {
    expect(holds({ ...base, title: "Book two" }, { title: "Book two" })).toBe(true);
    expect(holds({ ...base, title: "Book three" }, { title: "Book two" })).toBe(false);
    expect(holds({ ...base, dateDue: null }, { dateDue: null })).toBe(true);
  });
});
