// A picture's bytes as text: messages between the parts of the extension and the session's store carry no others.
// By FileReader, because a content script in Firefox may not look into an ArrayBuffer that the page's own
// canvas gave; into text it may.

/** Rejects where the bytes cannot be read. */
export function asDataUrl(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(picture);
  });
}
