import { expect, it } from "vitest";
import { todoIDOf } from "../src/ids";

it("gives the id that the API gives (tests/todos/test_idempotency.py holds it to the same rule)", async () => {
  expect(await todoIDOf("6f1c2d1e-0000-4000-8000-000000000001", "one-key")).toBe("3707085d-8c30-5c00-8fc4-87818abcbde7");
});
