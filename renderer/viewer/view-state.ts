/** How the volumes of a viewer are shown: one state for all that are side by side. */
import type { Overlay } from '#app/contract/volume.ts';
import { t } from '#app/text/text.ts';
import type { PlaneName } from './plane-geometry.ts';
import type { TileName, Triple } from './tile-geometry.ts';

export const planeNames: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];

/** The planes by name, within a sentence. */
export const planeWords: Readonly<Record<PlaneName, string>> = {
  axial: t('axial'),
  coronal: t('coronal'),
  sagittal: t('sagittal'),
};

/** Names of NiiVue's colour maps, and what a person is told. */
export const colourMaps = [
  { value: 'gray', title: t('Grey') },
  { value: 'bone', title: t('Bone') },
  { value: 'hot', title: t('Hot') },
  { value: 'inferno', title: t('Inferno') },
  { value: 'viridis', title: t('Viridis') },
  { value: 'cividis', title: t('Cividis') },
] as const;
export type ColourMap = (typeof colourMaps)[number]['value'];

export interface ViewState {
  /** Of the cross-hair, RAS+. */
  positionMm: Triple;
  /** Values shown black and white. */
  minimum: number;
  maximum: number;
  colourMap: ColourMap;
  /** From 0. */
  frame: number;
  shown: 'all' | PlaneName;
  withRender: boolean;
  /** The plane that the arrow keys move in. */
  plane: PlaneName;
  radiological: boolean;
  zoom: number;
  /** Values between voxels are interpolated. */
  smooth: boolean;
  overlay: Overlay | null;
  overlayShown: boolean;
  /** 0 to 1. */
  opacity: number;
  /** Of an overlay of values: what is nearer to 0 is not shown. */
  threshold: number;
}

export function firstView(radiological: boolean): ViewState {
  return {
    positionMm: [0, 0, 0],
    minimum: 0,
    maximum: 1,
    colourMap: 'gray',
    frame: 0,
    shown: 'all',
    withRender: false,
    plane: 'axial',
    radiological,
    zoom: 1,
    smooth: false,
    overlay: null,
    overlayShown: true,
    opacity: 0.5,
    threshold: 0,
  };
}

export function tileNames({ shown, withRender }: Pick<ViewState, 'shown' | 'withRender'>): TileName[] {
  const planes: TileName[] = shown === 'all' ? [...planeNames] : [shown];
  return withRender ? [...planes, 'render'] : planes;
}

interface Window {
  minimum: number;
  maximum: number;
}

/** A drag across a plane of 300 pixels is as wide as the window: right widens it, up darkens. */
const dragPixels = 300;

/** The window after a drag; it keeps some width. */
export function draggedWindow({ minimum, maximum }: Window, rightPx: number, downPx: number): Window {
  const width = maximum - minimum || 1;
  const middle = (minimum + maximum) / 2 - (downPx / dragPixels) * width;
  const half = (width / 2) * Math.max(0.02, 1 + rightPx / dragPixels);
  return { minimum: middle - half, maximum: middle + half };
}

/** The same part of another range: what a window on the values of one scan is on the prepared ones. */
export function scaledWindow(window: Window, from: Window, to: Window): Window {
  const factor = (to.maximum - to.minimum) / (from.maximum - from.minimum || 1);
  const moved = (value: number): number => to.minimum + (value - from.minimum) * factor;
  return { minimum: moved(window.minimum), maximum: moved(window.maximum) };
}

const [leastZoom, mostZoom] = [1, 8];
export function zoomedBy(zoom: number, factor: number): number {
  return Math.min(mostZoom, Math.max(leastZoom, Number((zoom * factor).toFixed(3))));
}
