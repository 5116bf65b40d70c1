/** NiiVue drawing one volume and what lies over it. It only draws: places, letters and keys are ours. */
import { Niivue, NVImage, SLICE_TYPE, SHOW_RENDER } from '@niivue/niivue';
import type { Overlay, ShownVolume } from '#app/contract/volume.ts';
import { labelColours } from './label-colours.ts';
import type { Tile, Triple } from './tile-geometry.ts';
import type { ViewState } from './view-state.ts';

const sliceTypes = {
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  render: SLICE_TYPE.RENDER,
} as const;
/** NiiVue's map that is clear below its lower end. */
const transparentBelowMinimum = 1;

type CanvasView = Look & Pick<ViewState, 'zoom'>;
/** What costs a new texture when it changes; anything else is only drawn again. */
type Look = Pick<
  ViewState,
  'minimum' | 'maximum' | 'colourMap' | 'frame' | 'opacity' | 'threshold' | 'overlayShown' | 'smooth'
>;

export class VolumeCanvas {
  private readonly niivue: Niivue;
  private image: NVImage | null = null;
  private overlay: NVImage | null = null;
  private overlayKind: Overlay['kind'] | null = null;
  private look = '';

  private constructor(niivue: Niivue) {
    this.niivue = niivue;
  }

  /** @throws Error where the window gives no WebGL2 */
  static async open(canvas: HTMLCanvasElement): Promise<VolumeCanvas> {
    const niivue = new Niivue({
      interactive: false,
      dragAndDropEnabled: false,
      isOrientationTextVisible: false,
      isColorbar: false,
      isOrientCube: false,
      crosshairWidth: 0,
      multiplanarShowRender: SHOW_RENDER.NEVER,
      backColor: [0, 0, 0, 1],
      loadingText: '',
      logLevel: 'error',
      isAntiAlias: false,
    });
    await niivue.attachToCanvas(canvas, false);
    return new VolumeCanvas(niivue);
  }

  /** Values of all volumes [frames x z x y x x]; null before there is one. */
  get values(): ArrayLike<number> | null {
    return (this.image?.img as ArrayLike<number> | undefined) ?? null;
  }
  get overlayValues(): ArrayLike<number> | null {
    return (this.overlay?.img as ArrayLike<number> | undefined) ?? null;
  }

  async show(volume: ShownVolume): Promise<void> {
    const image = await NVImage.loadFromUrl({ url: bufferOf(volume.bytes), name: 'scan.nii', colormap: 'gray' });
    if (this.image !== null) this.clear();
    this.image = image;
    this.look = '';
    this.niivue.addVolume(image);
  }

  async lay(overlay: Overlay | null): Promise<void> {
    if (this.overlay !== null) {
      this.niivue.removeVolume(this.overlay);
      this.overlay = null;
    }
    this.look = '';
    if (overlay === null) return;
    const image = await NVImage.loadFromUrl({ url: bufferOf(overlay.bytes), name: 'overlay.nii', colormap: 'warm' });
    if (overlay.kind !== 'values') image.setColormapLabel(labelColours(overlay.labels.length));
    this.overlay = image;
    this.overlayKind = overlay.kind;
    image.cal_max = Math.max(Math.abs(overlay.least), Math.abs(overlay.most));
    if (overlay.least < 0) image.colormapNegative = 'winter';
    this.niivue.addVolume(image);
  }

  /** @param centre of the cross-hair, in fractions of the grid */
  draw(view: CanvasView, tiles: readonly Tile[], centre: Readonly<Triple>, mirrored: boolean): void {
    if (this.image === null) return;
    const { niivue } = this;
    niivue.opts.isRadiologicalConvention = mirrored;
    niivue.scene.crosshairPos = [...centre];
    const [x = 0, y = 0, z = 0] = niivue.frac2mm([...centre]);
    // NiiVue grows the picture about the origin: this keeps the cross-hair where it is.
    const shift = 1 - view.zoom;
    niivue.scene.pan2Dxyzmm = [x * shift, y * shift, z * shift, view.zoom];
    niivue.customLayout = tiles.map(({ name, left, top, width, height }) => ({
      sliceType: sliceTypes[name],
      position: [left, top, width, height],
    }));
    if (!this.refresh(view)) niivue.drawScene();
  }

  turn(byAzimuth: number, byElevation: number): void {
    const { scene } = this.niivue;
    this.niivue.setRenderAzimuthElevation(scene.renderAzimuth + byAzimuth, scene.renderElevation + byElevation);
  }

  /** Frees what the graphics card holds. */
  close(): void {
    this.clear();
    this.niivue.cleanup();
    this.niivue.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private clear(): void {
    for (const image of [...this.niivue.volumes].reverse()) this.niivue.removeVolume(image);
    this.image = null;
    this.overlay = null;
  }

  /** @returns whether textures were made anew, and drawn */
  private refresh({ minimum, maximum, colourMap, frame, opacity, threshold, overlayShown, smooth }: Look): boolean {
    const { image, overlay, niivue } = this;
    if (image === null) return false;
    const look = [minimum, maximum, colourMap, frame, opacity, threshold, overlayShown, smooth].join(' ');
    if (look === this.look) return false;
    this.look = look;
    // NiiVue looks for a window of its own at each change of the map.
    if (image.colormap !== colourMap) image.colormap = colourMap;
    image.cal_min = minimum;
    image.cal_max = maximum;
    image.frame4D = Math.min(frame, (image.nFrame4D ?? 1) - 1);
    if (overlay !== null) {
      overlay.opacity = overlayShown ? opacity : 0;
      if (this.overlayKind === 'values') {
        overlay.colormapType = transparentBelowMinimum;
        overlay.cal_min = threshold;
      }
    }
    niivue.opts.isNearestInterpolation = !smooth;
    this.updateTextures();
    return true;
  }

  /** NiiVue makes the overlay's texture anew at every change and leaves the old one behind. */
  private updateTextures(): void {
    const { niivue } = this;
    const before = niivue.overlayTexture;
    niivue.updateGLVolume();
    if (before !== null && before !== niivue.overlayTexture) niivue.gl.deleteTexture(before);
  }
}

/** The bytes in a buffer of their own: NiiVue reads it from its start. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
