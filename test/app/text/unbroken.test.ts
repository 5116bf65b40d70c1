import { expect, it } from 'vitest';
import { element, rendered } from '#app/report/markup.ts';
import { unbroken } from '#app/text/unbroken.ts';

const shown = (text: string): string => unbroken(text).replaceAll('\u00a0', '_');

it('keeps a number and its unit on one line', () => {
  expect(shown('95 % intervals, 2.5 MB, 10 ms and 3 mm')).toBe('95_% intervals, 2.5_MB, 10_ms and 3_mm');
  expect(shown('−4.20 × 10⁻⁵ to 1.0 × 10⁻³')).toBe('−4.20_×_10⁻⁵ to 1.0_×_10⁻³');
});

it('keeps a symbol, its sign and its value on one line', () => {
  expect(shown('controls (n = 130), p < 0.001; σ₁ = −2, I² = 3')).toBe(
    'controls (n_=_130), p_<_0.001; σ₁_=_−2, I²_=_3',
  );
});

it('leaves words alone that only begin as a unit does', () => {
  const text = '5 subjects, 3 measures, 2 sites, 4 hours; 121 × 145; group = 3';
  expect(unbroken(text)).toBe(text);
});

it('is what a report is written with, in text and not in attributes that programs read', () => {
  expect(rendered(element('p', { id: '5 %' }, '5 %'))).toBe('<p id="5 %">5\u00a0%</p>');
  expect(rendered(element('code', {}, '--group 5 s'))).toBe('<code>--group 5 s</code>');
});
