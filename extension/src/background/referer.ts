// Some picture servers answer only those who come from a page of their site, and the background comes from none.
// A rule of the browser names that page in its requests to them, as the page itself does in its own.
import { type Browser, browser } from "wxt/browser";
import type { Site } from "../feed/sites/site";
import { SITES } from "../feed/sites/table";

type Rule = Browser.declarativeNetRequest.Rule;

const NO_TAB = -1; // the background's own requests; no page's

export function refererRules(sites: readonly Site[]): Rule[] {
  return sites
    .flatMap(({ closed }) => (closed ? [closed] : []))
    .map(({ servers, from }, index) => ({
      id: index + 1,
      condition: { requestDomains: [...servers], tabIds: [NO_TAB] },
      action: {
        type: "modifyHeaders",
        requestHeaders: [{ header: "Referer", operation: "set", value: from }],
      },
    }));
}

/** For this session of the browser; once more does no harm. */
export async function nameReferers(): Promise<void> {
  const addRules = refererRules(SITES);
  const removeRuleIds = addRules.map(({ id }) => id);
  await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds, addRules });
}
