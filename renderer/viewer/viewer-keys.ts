/** What a key does in the viewer. */
import { t } from '#app/text/text.ts';
import type { PlaneName } from './plane-geometry.ts';
import { planeNames } from './view-state.ts';

export type ViewerAction =
  | { kind: 'move'; key: string; by: number }
  | { kind: 'plane'; plane: PlaneName }
  | { kind: 'zoom'; factor: number }
  | { kind: 'whole' | 'play' | 'convention' | 'overlay' | 'render' }
  | { kind: 'frame' | 'subject'; by: number };

const zoomStep = 1.25;
const moves = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown'];

/** Told to a person, in this order. */
export const keyWords: readonly (readonly [string, string])[] = [
  [t('Arrow keys'), t('one voxel in the plane, Shift: ten')],
  [t('Page Up, Page Down'), t('one slice')],
  ['1, 2, 3', t('axial, coronal, sagittal')],
  ['+, −, 0', t('zoom, whole picture')],
  ['[, ]', t('volume before, after')],
  [t('Space'), t('play the volumes')],
  ['R', t('radiological or neurological')],
  ['O, D', t('overlay, 3-D')],
  ['N, P', t('next, previous subject')],
];

/** null: the key is not the viewer's */
export function viewerAction({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>): ViewerAction | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (moves.includes(key)) return { kind: 'move', key, by: shiftKey ? 10 : 1 };
  const plane = planeNames[Number(key) - 1];
  if (plane !== undefined) return { kind: 'plane', plane };
  switch (key.toLowerCase()) {
    case '+':
    case '=':
      return { kind: 'zoom', factor: zoomStep };
    case '-':
      return { kind: 'zoom', factor: 1 / zoomStep };
    case '0':
      return { kind: 'whole' };
    case '[':
      return { kind: 'frame', by: -1 };
    case ']':
      return { kind: 'frame', by: 1 };
    case ' ':
      return { kind: 'play' };
    case 'r':
      return { kind: 'convention' };
    case 'o':
      return { kind: 'overlay' };
    case 'd':
      return { kind: 'render' };
    case 'n':
      return { kind: 'subject', by: 1 };
    case 'p':
      return { kind: 'subject', by: -1 };
    default:
      return null;
  }
}
