import { expect, it } from "vitest";
import { linesOf, todoOf } from "../src/plan/lines";

it("takes each line that says something, without what lists put before it", () => {
  expect(linesOf("- Milk\r\n\n* [x] Bread\n2. Eggs\n  • Tea \n[ ] Salt\n2 lemons")).toEqual([
    "Milk",
    "Bread",
    "Eggs",
    "Tea",
    "Salt",
    "2 lemons",
  ]);
});
it("gives a line the day that it names, and the others the usual one", () => {
  expect(todoOf("Call Anna tomorrow", "2026-11-27", "2026-12-24")).toMatchObject({ title: "Call Anna", dateDue: "2026-11-28" });
  expect(todoOf("Call Anna", "2026-11-27", "2026-12-24")).toMatchObject({ title: "Call Anna", dateDue: "2026-12-24" });
});
it("keeps in the notes what a title cannot hold", () => {
  const line = "x".repeat(250);
  expect(todoOf(line, "2026-11-27", null)).toMatchObject({ title: "x".repeat(200), notes: line });
});
