/** A figure of a paper: so many millimetres, text of so many points, in a format that a journal takes. */
import { pngOfSvg } from './raster.ts';
import type { NumberTable } from './table.ts';

export const figureFormats = ['pdf', 'svg', 'png'] as const;
export type FigureFormat = (typeof figureFormats)[number];

export interface FigureSettings {
  format: FigureFormat;
  widthMm: number;
  heightMm: number;
  /** Of the axes; titles are a tenth larger. */
  fontPt: number;
  /** Dots per inch, of PNG. */
  dpi: number;
}

/** Black on white for print, or the colours of the window. */
export type Ground = 'paper' | 'screen';

/** In pixels of the window. */
export interface FigureSize {
  width: number;
  height: number;
}

/** What can be drawn at any size: a chart, a page of charts, a diagram. */
export interface Figure {
  title: string;
  /** Of files that are made of it, without extension. */
  fileName: string;
  /** As it is best printed: a column of a journal is 90 mm wide, a page 180 mm. */
  widthMm: number;
  /** Width by height, to begin with. */
  aspect: number;
  /** SVG text; text of the axes has 11 pixels. */
  draw: (ground: Ground, size: FigureSize) => string;
  /** The numbers that are drawn. */
  table: () => NumberTable;
}

const mmPerInch = 25.4;
const pxPerInch = 96;
const pointsPerInch = 72;
/** Of axes as they are drawn (draw-plot.ts), in pixels. */
const axisTextPx = 11;

/** Everything is drawn in pixels of the window and scaled, so that text of the axes comes out at its size in points. */
export function drawnSize({ widthMm, heightMm, fontPt }: FigureSettings): {
  width: number;
  height: number;
  scale: number;
} {
  const scale = ((fontPt / pointsPerInch) * pxPerInch) / axisTextPx;
  const px = (mm: number): number => Math.round(((mm / mmPerInch) * pxPerInch) / scale);
  return { width: px(widthMm), height: px(heightMm), scale };
}

/** SVG text with its size in millimetres. */
export function figureSvg(figure: Figure, ground: Ground, settings: FigureSettings): string {
  return drawn(figure, ground, settings, `${settings.widthMm}mm`, `${settings.heightMm}mm`);
}

function drawn(figure: Figure, ground: Ground, settings: FigureSettings, wide: string, tall: string): string {
  const { width, height } = drawnSize(settings);
  return figure.draw(ground, { width, height }).replace(/<svg[^>]*>/, (tag) => {
    const rest = tag.replace(/\s(width|height|viewBox)="[^"]*"/g, '');
    return rest.replace('<svg', `<svg width="${wide}" height="${tall}" viewBox="0 0 ${width} ${height}"`);
  });
}

/** A page that is the figure and nothing else, to be printed: its vectors and fonts go into the PDF. */
export function figurePage(svg: string, { widthMm, heightMm }: FigureSettings): string {
  // The page is whole pixels: by the fraction that a figure is larger, it would go on on a second one.
  const fitted = 'svg { display: block; max-width: 100vw; max-height: 100vh }';
  const style = `@page { size: ${widthMm}mm ${heightMm}mm; margin: 0 } html, body { margin: 0 } ${fitted}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${style}</style></head><body>${svg}</body></html>`;
}

/** PNG bytes with their resolution, so that programs place them at their size. */
export async function figurePng(
  figure: Figure,
  ground: Ground,
  settings: FigureSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = [settings.widthMm, settings.heightMm].map((mm) =>
    Math.round((mm / mmPerInch) * settings.dpi),
  );
  const size = { width: width ?? 1, height: height ?? 1 };
  const svg = drawn(figure, ground, settings, String(size.width), String(size.height));
  return withResolution(await pngOfSvg(svg, size), settings.dpi);
}

/** Bytes of the signature and of the header, which comes first. */
const headLength = 8 + 25;

/** The chunk pHYs (PNG, 11.3.4.3), after the header. */
export function withResolution(png: Uint8Array, dpi: number): Uint8Array<ArrayBuffer> {
  const perMetre = Math.round((dpi / mmPerInch) * 1000);
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, headLength));
  whole.set(chunk, headLength);
  whole.set(png.subarray(headLength), headLength + chunk.length);
  return whole;
}

/** ISO 3309, as PNG has it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
