// @vitest-environment happy-dom
/** The parts of the page by themselves: what a whole browser would be slow to ask in every way. */
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encode } from "uqr";
import { SetUpDialog } from "../src/account/SetUpDialog";
import { today } from "../src/dates";
import { openDrafts } from "../src/drafts";
import { Notes } from "../src/editor/Notes";
import type { Item } from "../src/model";
import { Dialog } from "../src/parts/Dialog";
import { DueField } from "../src/parts/DueField";
import { QuickAdd } from "../src/parts/QuickAdd";
import { Toasts } from "../src/parts/Toasts";
import { TodoRow } from "../src/parts/TodoRow";
import { dismiss, toast, toasts } from "../src/toasts";

const ITEM: Item = {
  todoID: "11111111-1111-4111-8111-111111111111",
  userID: "alice",
  title: "Call home",
  description: "",
  notes: "",
  dateDue: null,
  repeats: null,
  starred: false,
  nextID: null,
  completed: false,
  dateCompleted: null,
  dateCreated: "2026-11-01T08:00:00Z",
  dateModified: "2026-11-01T08:00:00Z",
  attachments: 0,
  version: 1,
  trashed: false,
  pending: false,
};

const value = (name: string): string => screen.getByLabelText<HTMLInputElement>(name).value;

beforeEach(() => {
  today.value = "2026-11-27";
});
afterEach(() => {
  cleanup();
  for (const { id } of toasts.value) dismiss(id);
});

describe("TodoRow", () => {
  const row = (part: Partial<Item>) =>
    render(<TodoRow item={{ ...ITEM, ...part }} today="2026-11-27" current={false} problem={false} />);

  it("says all it shows", () => {
    row({ dateDue: "2026-11-26", notes: "x", attachments: 2, description: "In the evening" });
    expect(screen.getByRole("listitem").textContent).toBe("Call homeIn the eveningHas notes22 attachmentsDue Yesterday");
    expect(screen.getByRole("link").getAttribute("href")).toBe(`/todos/${ITEM.todoID}`);
  });
  it.each([
    ["2026-11-26", "overdue"],
    ["2026-11-27", "today"],
    ["2026-11-28", "upcoming"],
  ])("shows how %s is: %s", (dateDue, kind) => {
    expect(row({ dateDue }).container.querySelector(".due")?.classList).toContain(kind);
  });
  it("marks nothing as late that is done", () => {
    expect(row({ dateDue: "2026-11-26", completed: true }).container.querySelector(".due")?.classList).toContain("completed");
  });
  it("shows no empty places, but where a day can be chosen", () => {
    const places = [...(row({}).container.querySelector(".row-meta")?.children ?? [])];
    expect(places).toEqual([screen.getByRole("button", { name: "Change the due date of Call home" })]);
  });
  it("says whether it repeats, and whether it has a star", () => {
    row({ dateDue: "2026-11-27", repeats: "daily", starred: true });
    expect(screen.getByRole("button", { name: /^Due/ }).textContent).toBe("Due TodayRepeats");
    expect(screen.getByRole("button", { name: "Star: Call home" }).getAttribute("aria-pressed")).toBe("true");
  });
});

describe("QuickAdd", () => {
  it("counts characters as the API does", () => {
    render(<QuickAdd />);
    fireEvent.input(screen.getByLabelText("Add a to-do"), { target: { value: "🌱".repeat(200) } });
    expect(screen.queryByRole("alert")).toBeNull();
    fireEvent.input(screen.getByLabelText("Add a to-do"), { target: { value: "🌱".repeat(201) } });
    expect(screen.getByRole("alert").textContent).toBe("A title has at most 200 characters.");
  });
  it("keeps what is typed while it is not shown", () => {
    openDrafts("alice");
    const { unmount } = render(<QuickAdd />);
    fireEvent.input(screen.getByLabelText("Add a to-do"), { target: { value: "Buy milk" } });
    unmount();
    render(<QuickAdd />);
    expect(value("Add a to-do")).toBe("Buy milk");
  });
});

describe("Toasts", () => {
  it("undoes once", () => {
    const undo = vi.fn<() => void>();
    toast("Completed “Call home”", { undo });
    render(<Toasts />);
    fireEvent.click(screen.getByText("Undo"));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.queryByRole("listitem")).toBeNull();
  });
  it("keeps failures, and the newest three of the others", () => {
    toast("It broke", { kind: "failed" });
    for (const text of ["one", "two", "three", "four"]) toast(text);
    render(<Toasts />);
    expect(screen.getAllByRole("listitem").map((one) => one.textContent)).toEqual(["It broke", "two", "three", "four"]);
  });
  it("gives the focus to the next one when one is dismissed", () => {
    toast("one");
    toast("two");
    render(<Toasts />);
    const [first, second] = screen.getAllByLabelText("Dismiss");
    first?.focus();
    if (first) fireEvent.click(first);
    expect(document.activeElement).toBe(second);
  });
});

describe("Dialog", () => {
  it("is closed by Escape and by a click beside it, not by one inside", () => {
    const close = vi.fn<() => void>();
    render(
      <Dialog label="Sure?" onClose={close}>
        <p>Inside</p>
      </Dialog>,
    );
    fireEvent.click(screen.getByText("Inside"));
    expect(close).not.toHaveBeenCalled();
    fireEvent.keyDown(screen.getByText("Inside"), { key: "Escape" });
    fireEvent.click(screen.getByRole("dialog"));
    expect(close).toHaveBeenCalledTimes(2);
  });
});

describe("SetUpDialog", () => {
  it("draws what its link says", () => {
    const enrolment = {
      secret: "JBSWY3DPEHPK3PXP",
      uri: "otpauth://totp/Wren:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Wren",
    };
    const nothing = (): void => undefined;
    render(<SetUpDialog enrolment={enrolment} onDone={nothing} onClose={nothing} />);
    const drawn = screen.getByRole("img").querySelector("path")?.getAttribute("d") ?? "";
    const { data } = encode(enrolment.uri, { ecc: "M", border: 4 });
    const dark = data.flatMap((row, y) => row.flatMap((module, x) => (module ? [`${x} ${y}`] : [])));
    expect([...drawn.matchAll(/M(\d+ \d+)h1v1h-1z/g)].map((module) => module[1])).toEqual(dark);
    expect(screen.getByText("Open the app on this device").getAttribute("href")).toBe(enrolment.uri);
  });
});

describe("Notes", () => {
  const nothing = (): void => undefined;

  it("ticks a line of the text", () => {
    const input = vi.fn<(notes: string) => void>();
    render(<Notes value={"Pack\n- [ ] socks\n- [x] map"} error={undefined} onInput={input} onLeave={nothing} />);
    expect(screen.getByLabelText<HTMLInputElement>("map").checked).toBe(true);
    fireEvent.click(screen.getByLabelText("socks"));
    expect(input).toHaveBeenCalledWith("Pack\n- [x] socks\n- [x] map");
  });
  it("links addresses, and nothing else", () => {
    const text = "See https://example.com/a. Not javascript:alert(1) <b>bold</b>";
    render(<Notes value={text} error={undefined} onInput={nothing} onLeave={nothing} />);
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual(["https://example.com/a"]);
    expect(screen.getByText(/<b>bold<\/b>/)).toBeTruthy();
  });
});

describe("DueField", () => {
  it.each([
    ["Today", "2026-11-27"],
    ["Tomorrow", "2026-11-28"],
    ["Next week", "2026-11-30"],
  ])("has %s a press away, and a press back", (name, day) => {
    const change = vi.fn<(day: string | null) => void>();
    const { rerender } = render(<DueField value={null} onChange={change} />);
    fireEvent.click(screen.getByText(name));
    expect(change).toHaveBeenLastCalledWith(day);
    rerender(<DueField value={day} onChange={change} />);
    expect(value("Due date")).toBe(day);
    fireEvent.click(screen.getByText(name));
    expect(change).toHaveBeenLastCalledWith(null);
  });
  it("calls an emptied field no date", () => {
    const change = vi.fn<(day: string | null) => void>();
    render(<DueField value="2026-11-27" onChange={change} />);
    fireEvent.input(screen.getByLabelText("Due date"), { target: { value: "" } });
    expect(change).toHaveBeenLastCalledWith(null);
  });
});
