import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useTimeline } from '../../../renderer/state/timeline.ts';

describe('the timeline', () => {
  beforeEach(() => setActivePinia(createPinia()));

  function saved(steps = 1000) {
    const timeline = useTimeline();
    timeline.open('a');
    timeline.grow(steps - 1);
    return timeline;
  }
  function live(steps: number) {
    const timeline = useTimeline();
    timeline.open('a');
    timeline.live = true;
    timeline.grow(steps - 1);
    return timeline;
  }

  it('shows all of a saved session, with the cursor on its last step', () => {
    const timeline = saved();
    expect(timeline.visible).toEqual({ from: 0, to: 999 });
    expect(timeline.cursor).toBe(999);
    expect(timeline.canFollow).toBe(false);
  });

  it('follows the newest step while live; the axis moves only now and then', () => {
    const timeline = live(410);
    const before = timeline.visible;
    timeline.grow(480);
    expect(timeline.cursor).toBe(480);
    expect(timeline.visible).toBe(before);
    timeline.grow(520);
    expect(timeline.visible.to).toBe(999);
  });

  it('leaves the cursor where a person puts it, and offers to follow again', () => {
    const timeline = live(400);
    timeline.moveTo(120.4);
    timeline.grow(450);
    expect([timeline.cursor, timeline.canFollow]).toEqual([120, true]);
    timeline.follow();
    expect([timeline.cursor, timeline.canFollow]).toEqual([450, false]);
  });

  it('moves the cursor by steps, and no further than there are steps', () => {
    const timeline = saved();
    timeline.moveTo(5);
    timeline.moveBy(-10);
    expect(timeline.cursor).toBe(0);
    timeline.moveBy(1);
    expect(timeline.cursor).toBe(1);
    timeline.moveBy(5000);
    expect(timeline.cursor).toBe(999);
  });

  it('takes the zoomed window along when the cursor leaves it', () => {
    const timeline = saved();
    timeline.setZoom({ from: 200, to: 300 });
    timeline.moveTo(300);
    timeline.moveBy(10);
    expect(timeline.visible).toEqual({ from: 210, to: 310 });
    timeline.moveTo(50);
    expect(timeline.visible).toEqual({ from: 50, to: 150 });
  });

  it('stops following when one scrolls back, with the cursor in sight', () => {
    const timeline = live(900);
    timeline.setZoom({ from: 100, to: 200 });
    expect([timeline.following, timeline.canFollow, timeline.cursor]).toEqual([false, true, 200]);
    timeline.grow(950);
    expect(timeline.visible).toEqual({ from: 100, to: 200 });
  });

  it('moves a window that follows by a quarter at a time', () => {
    const timeline = live(900);
    timeline.setZoom({ from: 799, to: 899 });
    expect(timeline.following).toBe(true);
    timeline.grow(900);
    expect(timeline.visible).toEqual({ from: 824, to: 924 });
    timeline.grow(920);
    expect(timeline.visible).toEqual({ from: 824, to: 924 });
  });

  it('zooms out to everything', () => {
    const timeline = saved();
    timeline.zoomBy(0.1, 500);
    expect(timeline.visible).toEqual({ from: 450, to: 550 });
    timeline.zoomBy(100, 500);
    expect(timeline.zoom).toBeNull();
  });

  it('keeps the choice of what to see from one session to the next, but not its place', () => {
    const timeline = saved();
    timeline.quantity = 'adjoints';
    timeline.toggleSet('control');
    timeline.setZoom({ from: 1, to: 50 });
    timeline.open('b');
    expect([timeline.quantity, timeline.hidden, timeline.zoom, timeline.newest]).toEqual(['adjoints', [], null, -1]);
  });
});
