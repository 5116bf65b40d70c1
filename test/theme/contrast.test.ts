/** Contrast of the tokens by WCAG 2.2: 4.5 for words, 3 for marks (relative luminance of sRGB). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartColours } from '../../renderer/charts/colours.ts';
import { groupColour } from '../../renderer/theme/groups.ts';

const css = readFileSync(new URL('../../renderer/theme/theme.css', import.meta.url), 'utf8');

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', ':root'],
  ['dark', ':root.dark'],
])('on %s ground', (theme, selector) => {
  const tokens = tokensOf(selector);
  const of = (name: string): string => tokens.get(name) as string;

  it.each(['text', 'soft', 'accent', 'warning', 'error'])('%s can be read on every ground', (name) => {
    for (const ground of ['background', 'panel', 'selection']) {
      expect([ground, contrast(of(name), of(ground)) >= 4.5]).toEqual([ground, true]);
    }
  });

  it('the words of the main button can be read, and what has the focus is seen', () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['background', 'panel']) {
      expect(contrast(of('accent'), of(ground))).toBeGreaterThanOrEqual(3);
    }
  });

  it('charts have the colours of the window', () => {
    const { background, text, soft, line } = chartColours(theme === 'dark');
    expect([background, text, soft, line]).toEqual(['background', 'text', 'soft', 'line'].map(of));
  });
});

it('colours of groups are told from dark ground', () => {
  const { background } = chartColours(true);
  for (let index = 0; index < 7; index++) {
    expect([index, contrast(groupColour(index, true), background) >= 3]).toEqual([index, true]);
  }
});
