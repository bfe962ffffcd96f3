import { expect, test } from "vitest";
import type { Judged } from "../contract/types";
import { type FailureReason, failed } from "../judge/judge";
import { say } from "../testing/english";
import { judgedAs } from "../testing/judged";
import { nameOf, pending, percent, showingOf, wordingOf } from "./wording";

test.each<[Judged["verdict"], Judged["decided_by"], string, string]>([
  ["fake", "model", "Likely fake", "fake"],
  ["real", "model", "Likely real", "real"],
  ["unsure", "model", "Unsure", "unsure"],
  ["fake", "metadata", "Likely fake", "fake"],
  ["fake", "platform_label", "Labelled as AI", "label"],
  ["fake", "content_credentials", "AI credentials", "credentials"],
  ["real", "content_credentials", "Camera credentials", "credentials"],
  ["unsure", "content_credentials", "Unsure", "unsure"],
])("%s by %s reads %s", (verdict, decided_by, words, icon) => {
  const wording = wordingOf(
    { kind: "judged", judged: judgedAs(verdict, { decided_by }), by: "backend" },
    say,
  );
  expect(wording).toMatchObject({ mark: verdict, words, icon });
});

test("the tooltip tells the probability, and of real that it is no proof", () => {
  const tooltip = (verdict: Judged["verdict"]) =>
    wordingOf({ kind: "judged", judged: judgedAs(verdict), by: "backend" }, say).tooltip;
  expect(tooltip("fake")).toBe("Probability of AI: 93%");
  expect(tooltip("real")).toBe("No signs of AI found; that is no proof. Probability of AI: 4%");
});

test("screen readers hear words and tooltip", () => {
  const wording = wordingOf({ kind: "judged", judged: judgedAs("fake"), by: "backend" }, say);
  expect(nameOf(wording, say)).toBe("Likely fake. Probability of AI: 93%");
  expect(nameOf(pending(say), say)).toBe("Checking…");
});

test.each([
  [0, "under 1%"],
  [0.0049, "under 1%"],
  [0.005, "1%"],
  [0.5, "50%"],
  [0.994, "99%"],
  [0.995, "over 99%"],
  [1, "over 99%"],
])("probability %d reads %s", (probability, words) => {
  expect(percent(probability, say)).toBe(words);
});

test("a failure is never a verdict, and says what to do", () => {
  const wording = wordingOf(failed("download_failed"), say, true);
  expect(wording).toMatchObject({ mark: "failed", words: "Not checked" });
  expect(wording.tooltip).toMatch(/Candid tries again by itself\.$/);
});

test("a reason of a newer service has words, too", () => {
  expect(wordingOf(failed("new_reason" as FailureReason), say).tooltip).not.toBe("");
});

test.each<[FailureReason, boolean, string]>([
  ["unreachable", true, "nothing"],
  ["incompatible", true, "nothing"],
  ["not_ready", true, "nothing"],
  ["cancelled", false, "nothing"],
  ["busy", true, "pending"],
  ["interrupted", true, "pending"],
  ["busy", false, "mark"],
  ["bad_answer", true, "mark"],
  ["truncated", false, "mark"],
])("%s (tried again: %s) shows %s", (reason, retry, showing) => {
  expect(showingOf(reason, retry)).toBe(showing);
});
