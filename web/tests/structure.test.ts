import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { words } from "../src/account/strings";
import { t } from "../src/strings";

const SOURCE = join(import.meta.dirname, "..", "src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));

function naming(pattern: RegExp): string[] {
  return files.filter((name) => pattern.test(readFileSync(join(SOURCE, name), "utf8"))).sort();
}

it("has one place that talks to the network", () => {
  expect(naming(/\bfetch\(|XMLHttpRequest\(/)).toEqual(["api.ts"]);
});
it("has one place that knows Cognito, behind one that knows the session", () => {
  expect(naming(/from "aws-amplify/)).toEqual(["cognito.ts"]);
  expect(naming(/(from|import\() ?"\.\.?\/cognito"/)).toEqual(["session.ts"]);
});
it("writes no markup from strings", () => {
  expect(naming(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/)).toEqual([]);
});
it("has its sentences in the two strings.ts alone", () => {
  const words = /[A-Za-z]{2}/;
  const spoken = files.flatMap((name) => {
    const text = readFileSync(join(SOURCE, name), "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    const attributes = [...text.matchAll(/\b(?:aria-label|aria-description|title|placeholder|alt|label)="([^"]*)"/g)];
    const children = name.endsWith(".tsx") ? [...text.matchAll(/<\/?[a-zA-Z][^<>=]*>([^<>{}()=;]+)<\//g)] : [];
    return [...attributes, ...children].map((match) => match[1] ?? "").filter((found) => words.test(found));
  });
  expect(spoken).toEqual([]);
});
it("shows every sentence it has", () => {
  const code = files.map((name) => readFileSync(join(SOURCE, name), "utf8")).join("\n");
  const names = Object.entries(t).flatMap(([section, sentences]) =>
    code.includes(`t.${section}[`) ? [] : Object.keys(sentences).map((name) => `t.${section}.${name}`),
  );
  const later = Object.entries(words).flatMap(([name, found]) =>
    typeof found === "object" ? Object.keys(found).map((part) => `words.${name}.${part}`) : [`words.${name}`],
  );
  expect([...names, ...later].filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});
it("keeps modules short", () => {
  const long = files.filter((name) => readFileSync(join(SOURCE, name), "utf8").split("\n").length > 300 && name !== "strings.ts");
  expect(long).toEqual([]);
});
