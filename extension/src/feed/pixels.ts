// The pixels of what has no file to fetch: a canvas, the frame that a video shows, a blob whose address was
// revoked. As PNG, so that nothing is lost.

/** Null where the browser keeps the pixels from us: drawn from another site, or disturbed against fingerprinting. */
export async function pixelsOf(
  element: HTMLCanvasElement | HTMLVideoElement | HTMLImageElement,
): Promise<Blob | null> {
  const [width, height] = sizeOf(element);
  if (width === 0 || height === 0 || isDisturbed()) return null;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  try {
    canvas.getContext("2d")?.drawImage(element, 0, 0);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null; // a SecurityError: the pixels are of another site
  }
}

function sizeOf(element: HTMLCanvasElement | HTMLVideoElement | HTMLImageElement): [number, number] {
  if ("videoWidth" in element) return [element.videoWidth, element.videoHeight];
  return "naturalWidth" in element
    ? [element.naturalWidth, element.naturalHeight]
    : [element.width, element.height];
}

/** Firefox (resistFingerprinting) and Brave put noise into what is read back; a model must not judge noise. */
function isDisturbed(): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const context = canvas.getContext("2d");
  if (!context) return true;
  context.fillStyle = "rgb(90, 140, 200)";
  context.fillRect(0, 0, 8, 8);
  const { data } = context.getImageData(0, 0, 8, 8);
  return data.some((value, index) => value !== [90, 140, 200, 255][index % 4]);
}
