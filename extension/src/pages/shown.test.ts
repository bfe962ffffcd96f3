import { expect, test, vi } from "vitest";
import { showing } from "./shown";

test("it is drawn where the state is another one, not where it is the same again", () => {
  const draw = vi.fn();
  const shown = showing({ count: 0, small: new Map<string, string>() }, draw);
  shown.update({});
  shown.update({ count: 0 });
  expect(draw).toHaveBeenCalledTimes(1);
  shown.update({ count: 1 });
  shown.update({ small: new Map([["a", "data:"]]) });
  expect(draw).toHaveBeenCalledTimes(3);
  expect(draw).toHaveBeenLastCalledWith(shown.state);
  expect(shown.state.count).toBe(1);
});
