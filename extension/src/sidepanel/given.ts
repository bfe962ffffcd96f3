// A picture that the reader drops, pastes or chooses: its bytes where they are given, else an address.
import { asDataUrl } from "../data-url";
import type { Source } from "../messages";

export type Given = { kind: "file"; file: Blob } | { kind: "address"; address: string };

/** A picture dragged from a page comes as a file and as an address: the file needs no download. */
export function givenIn(data: DataTransfer | null): Given | null {
  const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (file) return { kind: "file", file };
  const text = data?.getData("text/uri-list") || data?.getData("text/plain") || "";
  const [line = ""] = text.split("\n").filter((each) => each && !each.startsWith("#"));
  const address = line.trim();
  return /^(https?:|data:image\/)/.test(address) && URL.canParse(address)
    ? { kind: "address", address }
    : null;
}

export async function sourceOf(given: Given): Promise<Source> {
  if (given.kind === "file") return { kind: "data", url: await asDataUrl(given.file) };
  const { address } = given;
  return address.startsWith("data:")
    ? { kind: "data", url: address }
    : { kind: "addresses", addresses: [address] };
}
