// Every word the reader sees comes through here, from _locales. A key that English does not have does
// not compile.
import { browser } from "wxt/browser";
import type english from "../public/_locales/en/messages.json";

export type Key = keyof typeof english;
export type Say = (key: Key, ...values: (string | number)[]) => string;

export const say: Say = (key, ...values) =>
  // WXT types the parameters per key; here they have been chosen by whoever calls.
  (browser.i18n.getMessage as (name: string, values: string[]) => string)(key, values.map(String));

/** Of the words, which need not be the browser's: it may speak a language that is not among ours. */
export const tongue = () => ({ language: say("language"), direction: say("direction") });
