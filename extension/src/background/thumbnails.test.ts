import { expect, test, vi } from "vitest";
import type { Outcome } from "../judge/judge";
import { judgedAs } from "../testing/judged";
import { memoryStore } from "../testing/store";
import { Thumbnails } from "./thumbnails";

test("the verdict does not wait for the thumbnail", async () => {
  vi.stubGlobal("createImageBitmap", () => new Promise(() => {})); // never done
  const outcome: Outcome = { kind: "judged", judged: judgedAs("fake"), by: "backend" };
  const judges = new Thumbnails(memoryStore()).over({ judge: async () => outcome });
  expect(await judges.judge(new Blob(), { platformLabel: null }, new AbortController().signal)).toBe(outcome);
});
