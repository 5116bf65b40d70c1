/** SVG -> PNG, by the window's own drawing of it. */
import { t } from '#app/text/text.ts';

/**
 * PNG bytes of a drawing.
 * @param svg with its width and height in pixels
 * @throws where the picture is larger than a canvas can be
 */
export async function pngOfSvg(
  svg: string,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image(width, height);
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error(t('The picture is too large to be made: choose a smaller size or resolution.'));
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Pixels per point of a PNG that is saved as it is on the screen. */
const density = 2;

/** @param size of the drawing in pixels of the page */
export function pngAsOnScreen(svg: string, size: { width: number; height: number }): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
  const enlarged = svg.replace(/<svg[^>]*>/, (tag) =>
    tag.replace(/\swidth="[^"]*"/, ` width="${width}"`).replace(/\sheight="[^"]*"/, ` height="${height}"`),
  );
  return pngOfSvg(enlarged, { width, height });
}
