import { expect, test } from "vitest";
import { NONE, NOTHING, type Report } from "../counts";
import { judgedAs } from "../testing/judged";
import { memoryStore } from "../testing/store";
import { TabReports } from "./tab-reports";

const fakes = (fake: number): Report => ({ counts: { ...NONE, fake }, fakes: [] });
const listed = (address: string): Report["fakes"][number] => ({ address, judged: judgedAs("fake") });

test("a tab's counts are those of its frames", async () => {
  const reports = new TabReports(memoryStore());
  await reports.report(1, 0, fakes(2));
  const frame = { counts: { ...NONE, real: 3 }, fakes: [] };
  expect((await reports.report(1, 7, frame)).counts).toEqual({ ...NONE, fake: 2, real: 3 });
  expect(await reports.of(2)).toEqual(NOTHING);
});

test("they outlive the background's sleep", async () => {
  const store = memoryStore();
  await new TabReports(store).report(1, 0, fakes(2));
  expect(await new TabReports(store).of(1)).toEqual(fakes(2));
});

test("a new page begins at nothing, its frames too", async () => {
  const reports = new TabReports(memoryStore());
  await reports.report(1, 0, fakes(2));
  await reports.report(1, 7, fakes(5));
  expect(await reports.report(1, 0, NOTHING)).toEqual(NOTHING);
});

test("a closed tab is forgotten", async () => {
  const reports = new TabReports(memoryStore());
  await reports.report(1, 0, fakes(2));
  await reports.forget(1);
  expect(await reports.of(1)).toEqual(NOTHING);
});

test("each fake is told with the frame that it stands in", async () => {
  const reports = new TabReports(memoryStore());
  await reports.report(1, 0, { ...fakes(1), fakes: [listed("a.jpg")] });
  await reports.report(1, 7, { ...fakes(1), fakes: [listed("b.jpg")] });
  expect((await reports.of(1)).fakes.map(({ address, frame }) => [address, frame])).toEqual([
    ["a.jpg", 0],
    ["b.jpg", 7],
  ]);
});
