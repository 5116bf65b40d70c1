/** What the pointer does over the planes of a pane. */
import type { PlaneName } from './plane-geometry.ts';
import { tileAt, type Tile, type TilePoint } from './tile-geometry.ts';

/** What a pane makes of it; places are from the left and the top of a tile, 0 to 1. */
export interface PointedPane {
  tiles(): readonly Tile[];
  /** The plane that was pressed or wheeled in. */
  choose(name: PlaneName): void;
  move(name: PlaneName, x: number, y: number): void;
  window(rightPx: number, downPx: number): void;
  slice(name: PlaneName, by: number): void;
  turn(rightPx: number, downPx: number): void;
  /** Without a button; null: over no plane. */
  over(at: { name: PlaneName; x: number; y: number } | null): void;
}

export interface PanePointer {
  press(event: PointerEvent): void;
  drag(event: PointerEvent): void;
  release(): void;
  wheel(event: WheelEvent): void;
}

export function panePointer(pane: PointedPane): PanePointer {
  /** The tile that a drag began in keeps it. */
  let dragged: Tile | null = null;

  const placeOf = ({ currentTarget, clientX, clientY }: MouseEvent): [number, number] => {
    const { left, top, width, height } = (currentTarget as HTMLElement).getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  const under = (event: MouseEvent): TilePoint | null => tileAt(pane.tiles(), ...placeOf(event));

  function point(event: PointerEvent): void {
    const at = under(event);
    pane.over(at === null || at.tile.name === 'render' ? null : { name: at.tile.name, x: at.x, y: at.y });
  }
  return {
    press: (event) => {
      const box = event.currentTarget as HTMLElement;
      box.focus({ preventScroll: true });
      const at = under(event);
      if (at === null) return;
      dragged = at.tile;
      box.setPointerCapture(event.pointerId);
      if (at.tile.name === 'render') return;
      pane.choose(at.tile.name);
      if (event.button === 0) pane.move(at.tile.name, at.x, at.y);
    },
    drag: (event) => {
      if (event.buttons === 0) return point(event);
      if (dragged === null) return;
      if (event.buttons & 2) return pane.window(event.movementX, event.movementY);
      if (dragged.name === 'render') return pane.turn(event.movementX, event.movementY);
      const [x, y] = placeOf(event);
      pane.move(dragged.name, (x - dragged.left) / dragged.width, (y - dragged.top) / dragged.height);
    },
    release: () => (dragged = null),
    wheel: (event) => {
      const at = under(event);
      if (at === null || at.tile.name === 'render') return;
      pane.choose(at.tile.name);
      pane.slice(at.tile.name, event.deltaY < 0 ? 1 : -1);
    },
  };
}
