import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useUi } from '../../../renderer/state/ui.ts';

describe('the last message', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    setActivePinia(createPinia());
  });
  afterEach(() => void vi.useRealTimers());

  it('goes when its page is left, and not before', () => {
    const ui = useUi();
    ui.go('review');
    ui.say('The groups were tested.');
    vi.advanceTimersByTime(60_000);
    ui.go('review');
    expect(ui.message).toBe('The groups were tested.');
    ui.go('cohort');
    expect(ui.message).toBe('');
  });

  it('comes along where what it tells led to the page', () => {
    const ui = useUi();
    ui.say('UCLA CNP is open.');
    vi.advanceTimersByTime(100);
    ui.go('data');
    expect(ui.message).toBe('UCLA CNP is open.');
  });

  it('of an error goes, but the notice stays until it is dismissed', () => {
    const ui = useUi();
    ui.warn('error', 'The disk is full.');
    vi.advanceTimersByTime(10_000);
    ui.openSession('session-1', 'review');
    expect(ui.message).toBe('');
    expect(ui.notice?.text).toBe('The disk is full.');
  });
});
