import { describe, expect, it } from "vitest";
import { backoff, pause, retryAfter, tryNow } from "../src/connection";

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    ["3", 3_000],
    ["0", 0],
    ["100000", 120_000],
    ["-1", null],
    ["soon", null],
    ["", null],
    [null, null],
    ["Thu, 01 Jan 2026 00:00:05 GMT", 5_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
  ])("%s", (header, ms) => {
    expect(retryAfter(header, now)).toBe(ms);
  });
});

describe("backoff", () => {
  it("doubles up to half a minute", () => {
    expect([1, 2, 3, 10].map((attempt) => backoff(attempt, 0.5))).toEqual([500, 1_000, 2_000, 30_000]);
  });
  it("spreads by a fifth at most", () => {
    expect(backoff(1, 0)).toBe(450);
    expect(backoff(1, 1)).toBe(550);
  });
});

describe("a pause", () => {
  it("ends early when the network is back", async () => {
    const waiting = pause(60_000);
    tryNow();
    await expect(waiting).resolves.toBeUndefined();
  });
  it("ends with its request", async () => {
    const request = new AbortController();
    const waiting = pause(60_000, request.signal);
    request.abort();
    await expect(waiting).rejects.toThrow();
  });
});
