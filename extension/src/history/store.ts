// The history in the browser's own database (IndexedDB), which holds thumbnails as they are and does not grow
// beyond its limit. Background and our pages open the same one.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry } from "./entry";

interface Schema extends DBSchema {
  entries: { key: string; value: Entry; indexes: { at: number } };
}

const NAME = "candid-history";
export const MOST = 500; // entries of about 4 kB

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(NAME, 1, {
    upgrade(database) {
      database.createObjectStore("entries", { keyPath: "sha256" }).createIndex("at", "at");
    },
    terminated() {
      opened = null;
    },
  });
  return opened;
}

export async function remember(entry: Entry): Promise<void> {
  const transaction = (await open()).transaction("entries", "readwrite");
  await transaction.store.put(entry);
  let over = (await transaction.store.count()) - MOST;
  let oldest = over > 0 ? await transaction.store.index("at").openCursor() : null;
  for (; oldest && over > 0; over -= 1) {
    await oldest.delete();
    oldest = await oldest.continue();
  }
  await transaction.done;
}

/** Newest first. */
export async function recall(): Promise<Entry[]> {
  return (await (await open()).getAllFromIndex("entries", "at")).reverse();
}

export async function forgetAll(): Promise<void> {
  await (await open()).clear("entries");
}
