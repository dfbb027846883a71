import { describe, expect, it } from "vitest";
import { inRuns } from "../src/runs";

const NAMES = Array.from({ length: 48 }, (_, number) => `to-do ${number}`);

const named = (...names: string[]): { todoID: string }[] => names.map((todoID) => ({ todoID }));
const shape = (kept: Map<string, string>, names: string[]): [string, number][] =>
  inRuns(named(...names), kept).map(({ name, items }) => [name, items.length]);

describe("runs", () => {
  it("hold twenty rows, in their order", () => {
    const runs = inRuns(named(...NAMES), new Map());
    expect(runs.map(({ name, items }) => [name, items.length])).toEqual([
      ["to-do 0", 20],
      ["to-do 20", 20],
      ["to-do 40", 8],
    ]);
    expect(runs.flatMap(({ items }) => items)).toEqual(named(...NAMES));
  });
  it.each([
    ["comes first", ["new", ...NAMES], [21, 20, 8]],
    ["comes between", NAMES.toSpliced(30, 0, "new"), [20, 21, 8]],
    ["comes where a run starts", NAMES.toSpliced(20, 0, "new"), [20, 21, 8]],
    ["comes last", [...NAMES, "new"], [20, 20, 9]],
    ["goes", NAMES.toSpliced(30, 1), [20, 19, 8]],
    ["goes that started its run", NAMES.toSpliced(20, 1), [20, 19, 8]],
    ["moves up", ["to-do 30", ...NAMES.toSpliced(30, 1)], [21, 19, 8]],
    ["moves to where a run starts", NAMES.toSpliced(30, 1).toSpliced(20, 0, "to-do 30"), [20, 20, 8]],
    ["moves down", NAMES.toSpliced(30, 0, "to-do 0").slice(1), [19, 21, 8]],
  ])("stay as they are when a row %s", (_, names, lengths) => {
    const kept = new Map<string, string>();
    inRuns(named(...NAMES), kept);
    expect(shape(kept, names)).toEqual([
      ["to-do 0", lengths[0]],
      ["to-do 20", lengths[1]],
      ["to-do 40", lengths[2]],
    ]);
  });
  it("grow by the page", () => {
    const kept = new Map<string, string>();
    expect(shape(kept, NAMES.slice(0, 9))).toEqual([["to-do 0", 9]]);
    expect(shape(kept, NAMES.slice(0, 29))).toEqual([
      ["to-do 0", 20],
      ["to-do 20", 9],
    ]);
  });
});
