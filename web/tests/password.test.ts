import { expect, it } from "vitest";
import { RULE_NAMES, RULES, strong } from "../src/auth/password";

it.each([
  ["Correct-horse-9", []],
  ["Short-9", ["length"]],
  ["correct-horse-9", ["upper"]],
  ["CORRECT-HORSE-9", ["lower"]],
  ["Correct-horse-nine", ["digit"]],
  ["Correcthorse99", ["symbol"]],
  ["Correct horse 9", []],
])("%s breaks %s", (password, broken) => {
  expect(RULE_NAMES.filter((rule) => !RULES[rule](password))).toEqual(broken);
  expect(strong(password)).toBe(broken.length === 0);
});
