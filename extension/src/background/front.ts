// Which tab is in front of the reader: its pictures come before those of the others. Asked once when the
// background wakes, then told.
import { browser } from "wxt/browser";

export class FrontTab {
  #tab: number | null = null;

  /** Adds its listeners at once, as a background must. */
  constructor() {
    browser.tabs.onActivated.addListener(({ tabId }) => {
      this.#tab = tabId;
    });
    // Not on Android, which has one window.
    browser.windows?.onFocusChanged.addListener((window) => window >= 0 && void this.#look());
    void this.#look();
  }

  is(tab: number): boolean {
    return tab === this.#tab;
  }

  async #look(): Promise<void> {
    const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
    this.#tab = tab?.id ?? this.#tab;
  }
}
