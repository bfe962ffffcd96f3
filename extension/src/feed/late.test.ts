// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Late } from "./late";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const add = (name: string) => document.body.appendChild(document.createElement(name));

test("a shadow root that opens late is told; badges and plain elements are not waited for", () => {
  const opened = vi.fn();
  const stop = new AbortController();
  const late = new Late(opened, stop.signal);
  late.wait([add("candid-badge"), add("div")]);
  expect(vi.getTimerCount()).toBe(0);
  const post = add("made-post");
  late.wait([post]);
  vi.advanceTimersByTime(300);
  const root = post.attachShadow({ mode: "open" });
  vi.advanceTimersByTime(200);
  expect(opened).toHaveBeenCalledExactlyOnceWith(root);
  stop.abort();
  expect(vi.getTimerCount()).toBe(0);
});
