// Whether the reader's connection is to be spared: the browser's data saver, or a mobile network. Every picture
// that is checked is fetched once more (caches are kept apart by page), and the reader pays for it.
// Firefox on the desktop tells nothing of its connection.

/** Network Information, as far as it is read; TypeScript's DOM does not know it. */
interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}

const connection = (): Connection | undefined => (navigator as { connection?: Connection }).connection;

export const savesData = (): boolean => connection()?.saveData === true || connection()?.type === "cellular";

export const onConnection = (changed: () => void, signal: AbortSignal): void =>
  connection()?.addEventListener("change", changed, { signal });
