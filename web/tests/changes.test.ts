import { describe, expect, it } from "vitest";
import {
  added,
  type Change,
  collides,
  type Entries,
  type Fields,
  insisted,
  missing,
  next,
  overlaid,
  updated,
} from "../src/changes";
import type { Item } from "../src/model";

const TEXTS = { title: "Book a table", description: "", notes: "", dateDue: null };
const FIELDS: Fields = { ...TEXTS, repeats: null, completed: false, starred: false };
const CREATED = "2026-01-01T00:00:00Z";

function item(changes: Partial<Item> = {}): Item {
  const rest = {
    todoID: "a",
    userID: "u",
    dateCompleted: null,
    nextID: null,
    dateCreated: CREATED,
    dateModified: CREATED,
    attachments: 0,
    version: 1,
  };
  return { ...FIELDS, ...rest, trashed: false, pending: false, ...changes };
}

function queue(...changes: [string, Change][]): Entries {
  return changes.reduce<Entries>((entries, [id, change]) => added(entries, id, null, change, 1000), []);
}

const notes = (now: string, before = ""): Change => ({ kind: "change", patch: { notes: now }, base: { notes: before } });
const create: Change = { kind: "create", key: "k", fields: FIELDS, created: CREATED };
const trash: Change = { kind: "trash", base: FIELDS };

describe("a new change", () => {
  it("is numbered after the last one, also when the clock went back", () => {
    const entries = added(queue(["a", trash]), "b", null, trash, 500);
    expect(entries.map((entry) => entry.seq)).toEqual([1000, 1001]);
  });
  it("goes into the last one of its to-do, which remembers what was seen first", () => {
    const entries = queue(["a", notes("D")], ["b", trash], ["a", notes("Da", "D")], ["a", notes("Day", "Da")]);
    expect(entries.map(({ seq, todoID }) => [seq, todoID])).toEqual([
      [1000, "a"],
      [1001, "b"],
    ]);
    expect(entries[0]).toMatchObject({ patch: { notes: "Day" }, base: { notes: "" } });
  });
  it("goes into an addition that was not sent yet", () => {
    expect(queue(["a", create], ["a", notes("Day")])).toMatchObject([{ kind: "create", fields: { notes: "Day" } }]);
  });
  it("stays alone when sending has started: the server may have the other one", () => {
    const sending = updated(queue(["a", create]), 1000, { sending: true });
    expect(added(sending, "a", null, notes("Day"), 1000)).toHaveLength(2);
  });
  it("disappears with the one that it reverts", () => {
    expect(queue(["a", notes("Day")], ["a", notes("", "Day")])).toEqual([]);
  });
  it("does not go past a deletion", () => {
    expect(queue(["a", notes("Day")], ["a", trash], ["a", { kind: "restore" }], ["a", notes("Daily")])).toHaveLength(4);
  });
  it("settles what was refused before: it is tried again", () => {
    const refused = updated(queue(["a", notes("Day")]), 1000, { problem: { detail: "No.", fields: {}, stored: null } });
    expect(added(refused, "a", null, notes("Daily"), 2000)).toMatchObject([{ problem: null, patch: { notes: "Daily" } }]);
  });
});

describe("the next change to send", () => {
  const problem = { detail: "No.", fields: {}, stored: null };
  it("is the oldest", () => expect(next(queue(["a", trash], ["b", trash]), 0).entry?.todoID).toBe("a"));
  it("waits for the end of typing", () => {
    const typing = added([], "a", null, notes("D"), 1000, 1800);
    expect(next(typing, 1000)).toEqual({ entry: null, wait: 800 });
    expect(next(typing, 1800).entry?.todoID).toBe("a");
  });
  it("never overtakes another one of its to-do", () => {
    const entries = updated(queue(["a", notes("D")], ["a", trash], ["b", trash]), 1000, { problem });
    expect(next(entries, 2000).entry?.todoID).toBe("b");
    expect(next(entries.slice(0, 2), 2000)).toEqual({ entry: null, wait: Infinity });
  });
});

describe("a collision", () => {
  it.each([
    ["nobody else changed it", { notes: "" }, false],
    ["another field was changed", { notes: "", title: "Book two" }, false],
    ["the same was written elsewhere, or the response was lost", { notes: "Day" }, false],
    ["other words were written elsewhere", { notes: "Night" }, true],
  ])("%s", (_, stored, expected) => {
    expect(collides({ ...FIELDS, ...stored }, { notes: "" }, { notes: "Day" })).toBe(expected);
  });
  it("leaves out of the request what the server has", () => {
    expect(missing({ ...FIELDS, notes: "Day" }, { notes: "Day", dateDue: "2026-05-05" })).toEqual({ dateDue: "2026-05-05" });
  });
  it("is over when the visitor insists: they have seen what is stored", () => {
    const problem = { detail: "", fields: {}, stored: item({ notes: "Night" }) };
    const entries = insisted(updated(queue(["a", notes("Day")]), 1000, { problem }), "a");
    expect(entries).toMatchObject([{ base: { notes: "Night" }, problem: null }]);
  });
});

describe("what is shown", () => {
  const stored = new Map([["a", item()]]);
  const shown = (entries: Entries): Item | undefined => overlaid(stored, entries).get("a");
  it("is what the server has, untouched, when nothing waits", () => expect(overlaid(stored, [])).toBe(stored));
  it("has an edit over it", () => expect(shown(queue(["a", notes("Day")]))).toEqual(item({ notes: "Day", pending: true })));
  it("has the moment of a completion over it, and none where it was completed before", () => {
    const tick: Change = { kind: "change", patch: { completed: true }, base: { completed: false } };
    expect(shown(queue(["a", tick]))?.dateCompleted).toBe("1970-01-01T00:00:01.000Z");
    const before = item({ completed: true, dateCompleted: CREATED });
    expect(overlaid(new Map([["a", before]]), queue(["a", tick])).get("a")?.dateCompleted).toBe(CREATED);
  });
  it("has a deletion and its undo over it", () => {
    expect(shown(queue(["a", trash]))?.trashed).toBe(true);
    expect(shown(queue(["a", trash], ["a", { kind: "restore" }]))?.trashed).toBe(false);
  });
  it("has what was added, until the server has it", () => {
    expect(overlaid(new Map(), queue(["b", create])).get("b")).toMatchObject({
      title: "Book a table",
      version: 0,
      pending: true,
    });
    expect(shown(queue(["a", create]))).toEqual(item());
  });
  it("has an edit over what was seen, where nothing else is known", () => {
    const entries = added([], "a", item(), notes("Day"), 1000);
    expect(overlaid(new Map(), entries).get("a")).toEqual(item({ notes: "Day", pending: true }));
  });
});

describe("what repeats", () => {
  const daily = { ...FIELDS, repeats: "daily" as const };
  const tick: Change = { kind: "change", patch: { completed: true }, base: { completed: false } };

  it("is made before it is completed: the server has to see both", () => {
    const made: Change = { kind: "create", key: "k", fields: daily, created: CREATED };
    expect(queue(["a", made], ["a", tick]).map(({ kind }) => kind)).toEqual(["create", "change"]);
  });
  it("repeats no more once it is completed", () => {
    const stored = new Map([["a", item({ repeats: "daily" })]]);
    expect(overlaid(stored, queue(["a", tick])).get("a")).toMatchObject({ completed: true, repeats: null });
  });
  it("repeats again when that is undone before it is sent", () => {
    const undone: Change = {
      kind: "change",
      patch: { completed: false, repeats: "daily" },
      base: { completed: true, repeats: null },
    };
    const stored = new Map([["a", item({ repeats: "daily" })]]);
    expect(overlaid(stored, queue(["a", tick], ["a", undone])).get("a")).toMatchObject({ completed: false, repeats: "daily" });
  });
});
