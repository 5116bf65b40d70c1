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

/** NiiVue's texture unit of overlays. */
const overlayUnit = 33986;
type CanvasView = Omit<ViewState, 'positionMm' | 'overlay'>;

export class VolumeCanvas {
  /** Without a graphics card: 3-D takes seconds. */
  readonly isSlow: boolean;
  private readonly niivue: Niivue;
  private image: NVImage | null = null;
  private overlay: NVImage | null = null;
  private laid: Overlay | null = null;
  /** How the textures were made; '' for not yet. */
  private baseLook = '';
  private overlayLook = '';

  private constructor(niivue: Niivue) {
    this.niivue = niivue;
    this.isSlow = /swiftshader|llvmpipe|software|basic render/i.test(rendererName(niivue.gl));
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

  /** The first picture comes with the next `draw`. */
  async show(volume: ShownVolume): Promise<void> {
    const image = await NVImage.loadFromUrl({ url: bufferOf(volume.bytes), name: 'scan.nii', colormap: 'gray' });
    this.image = image;
    this.put();
  }

  async lay(overlay: Overlay | null): Promise<void> {
    if (overlay === this.laid) return;
    this.laid = overlay;
    this.overlay = overlay === null ? null : await overlayImage(overlay);
    this.put();
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
    this.refresh(
      view,
      tiles.some(({ name }) => name === 'render'),
    );
    niivue.drawScene();
  }

  turn(byAzimuth: number, byElevation: number): void {
    const { scene } = this.niivue;
    scene.renderAzimuth += byAzimuth;
    scene.renderElevation += byElevation;
  }

  /** Frees what the graphics card holds. */
  close(): void {
    this.image = null;
    this.overlay = null;
    this.put();
    this.niivue.cleanup();
    this.niivue.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  /** NiiVue's own way to add and remove volumes makes the textures of all anew each time. */
  private put(): void {
    const { niivue, image, overlay } = this;
    niivue.back = image;
    niivue.overlays = overlay === null ? [] : [overlay];
    niivue.volumes = image === null ? [] : [image, ...niivue.overlays];
    this.baseLook = '';
    this.overlayLook = '';
    if (overlay === null)
      niivue.overlayTexture = niivue.rgbaTex(niivue.overlayTexture, overlayUnit, [2, 2, 2, 2], true);
  }

  /** Makes those textures anew that look different now. @param shaded for 3-D, which needs gradients */
  private refresh(view: CanvasView, shaded: boolean): void {
    const { image, overlay, niivue } = this;
    if (image === null) return;
    const { minimum, maximum, colourMap, frame, smooth, opacity, threshold, overlayShown } = view;
    niivue.opts.isNearestInterpolation = !smooth;
    const baseLook = [minimum, maximum, colourMap, frame, smooth, shaded].join(' ');
    if (baseLook !== this.baseLook) {
      this.baseLook = baseLook;
      // NiiVue looks for a window of its own at each change of the map.
      if (image.colormap !== colourMap) image.colormap = colourMap;
      image.cal_min = minimum;
      image.cal_max = maximum;
      image.frame4D = Math.min(frame, (image.nFrame4D ?? 1) - 1);
      if (shaded) niivue.refreshLayers(image, 0);
      else withoutGradients(niivue, () => niivue.refreshLayers(image, 0));
      niivue.furthestVertexFromOrigin = niivue.volumeObject3D?.furthestVertexFromOrigin ?? 0;
    }
    const overlayLook = [smooth, opacity, threshold, overlayShown].join(' ');
    if (overlay !== null && overlayLook !== this.overlayLook) {
      this.overlayLook = overlayLook;
      overlay.opacity = overlayShown ? opacity : 0;
      if (this.laid?.kind === 'values') overlay.cal_min = threshold;
      // A new one is made each time and the old one left behind.
      const before = niivue.overlayTexture;
      niivue.refreshLayers(overlay, 1);
      if (before !== niivue.overlayTexture) niivue.gl.deleteTexture(before);
    }
  }
}

async function overlayImage(overlay: Overlay): Promise<NVImage> {
  const image = await NVImage.loadFromUrl({ url: bufferOf(overlay.bytes), name: 'overlay.nii', colormap: 'warm' });
  if (overlay.kind !== 'values') {
    image.setColormapLabel(labelColours(overlay.labels.length));
    return image;
  }
  image.colormapType = transparentBelowMinimum;
  image.cal_max = Math.max(Math.abs(overlay.least), Math.abs(overlay.most));
  if (overlay.least < 0) image.colormapNegative = 'winter';
  return image;
}

/**
 * NiiVue makes a texture of gradients with every texture of a volume, in two passes over all voxels; only 3-D looks at it.
 * Without a graphics card that takes several times as long as everything else, so its drawing is thrown away here.
 */
function withoutGradients(niivue: Niivue, work: () => void): void {
  const { blurShader, sobelFirstOrderShader, gl } = niivue;
  const discarding = Object.assign(Object.create(blurShader), {
    uniforms: {},
    use: () => gl.enable(gl.RASTERIZER_DISCARD),
  }) as typeof blurShader;
  niivue.blurShader = discarding;
  niivue.sobelFirstOrderShader = discarding;
  try {
    work();
  } finally {
    niivue.blurShader = blurShader;
    niivue.sobelFirstOrderShader = sobelFirstOrderShader;
    gl.disable(gl.RASTERIZER_DISCARD);
  }
}

/** The bytes in a buffer of their own: NiiVue reads it from its start. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function rendererName(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
}
