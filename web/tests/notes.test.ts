import { expect, it } from "vitest";
import { isRich, lines, toggled } from "../src/editor/notes";

it("knows checkboxes, done or not, and leaves their text", () => {
  expect(lines("- [ ] Call\n  * [X] Ask\n- [] no\nplain").map(({ task, text }) => [task, text])).toEqual([
    [false, "Call"],
    [true, "Ask"],
    [null, "- [] no"],
    [null, "plain"],
  ]);
});

it.each([
  ["See https://example.com/a?b=1#c.", "https://example.com/a?b=1#c"],
  ["(http://example.com)", "http://example.com"],
  ["https://example.com/straße/日本", "https://example.com/straße/日本"],
])("finds the address in %s", (notes, href) => {
  expect(
    lines(notes)[0]
      ?.pieces.map((piece) => piece.href)
      .filter(Boolean),
  ).toEqual([href]);
  expect(
    lines(notes)[0]
      ?.pieces.map((piece) => piece.text)
      .join(""),
  ).toBe(notes);
});

it.each(["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "www.example.com", "plain"])(
  "makes no link of %s",
  (notes) => {
    expect(isRich(notes)).toBe(false);
  },
);

it("turns one checkbox and keeps everything else", () => {
  const notes = "Plan\n- [ ] Call $& home\n- [x] Ask";
  expect(toggled(notes, 1)).toBe("Plan\n- [x] Call $& home\n- [x] Ask");
  expect(toggled(notes, 2)).toBe("Plan\n- [ ] Call $& home\n- [ ] Ask");
  expect(toggled(notes, 0)).toBe(notes);
});
