// For unit tests: the browser's session store. What it gives back is a copy.
import type { Store } from "../judge/cache";

export function memoryStore(items: Record<string, unknown> = {}): Store & { items: Record<string, unknown> } {
  return {
    items,
    get: async (key) => structuredClone(key in items ? { [key]: items[key] } : {}),
    getKeys: async () => Object.keys(items),
    set: async (more) => void Object.assign(items, structuredClone(more)),
    remove: async (keys) => keys.forEach((key) => void delete items[key]),
  };
}
