/** Keys that move the cursor of all charts, wherever the focus is but in a field. */
import { onBeforeUnmount, onMounted } from 'vue';
import { useTimeline } from '../state/timeline.ts';

/** What takes keys for itself. */
const ownKeys = 'input, textarea, select, [role=menu], [role=radiogroup], dialog, [role=dialog]';

/** Whether a key is meant for what has the focus. */
export function isForFocused({ target, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey) return true;
  return target instanceof HTMLElement && target.closest(ownKeys) !== null;
}

/** Arrows by a step, with Shift by ten, Home, End; Escape shows all steps. As long as the component is shown. */
export function useCursorKeys(): void {
  const timeline = useTimeline();
  function key(event: KeyboardEvent): void {
    const by = event.shiftKey ? 10 : 1;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => timeline.moveBy(-by),
      ArrowRight: () => timeline.moveBy(by),
      Home: () => timeline.moveTo(0),
      End: () => (timeline.live ? timeline.follow() : timeline.moveTo(timeline.newest)),
      Escape: () => timeline.showEverything(),
    };
    const act = moves[event.key];
    if (act === undefined || timeline.newest < 0 || isForFocused(event)) return;
    event.preventDefault();
    act();
  }
  onMounted(() => window.addEventListener('keydown', key));
  onBeforeUnmount(() => window.removeEventListener('keydown', key));
}
