import { expect, test } from "vitest";
import { SITES } from "../feed/sites/table";
import { refererRules } from "./referer";

test("a closed server is told the site's page, in the background's own requests alone", () => {
  expect(refererRules(SITES)).toEqual([
    {
      id: 1,
      condition: { requestDomains: ["i.pximg.net"], tabIds: [-1] },
      action: {
        type: "modifyHeaders",
        requestHeaders: [{ header: "Referer", operation: "set", value: "https://www.pixiv.net/" }],
      },
    },
  ]);
});
