// For unit tests: node has no FileReader, and jsdom's does not take node's blobs.
import { vi } from "vitest";

export function installFileReader(): void {
  vi.stubGlobal(
    "FileReader",
    class {
      result = "";
      onload = () => {};
      async readAsDataURL(blob: Blob): Promise<void> {
        const bytes = Buffer.from(await blob.arrayBuffer());
        this.result = `data:${blob.type};base64,${bytes.toString("base64")}`;
        this.onload();
      }
    },
  );
}
