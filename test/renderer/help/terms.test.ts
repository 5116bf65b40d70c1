import { expect, it } from 'vitest';
import { summaryNames } from '#app/contract/session.ts';
import { testStatistics } from '#app/inference/statistics.ts';
import { metricNames } from '#app/statistics/metric-names.ts';
import { terms } from '../../../renderer/help/terms.ts';

it('explains every quantity, summary, statistic and metric with its formula and a citation', () => {
  const told = Object.keys(terms);
  const shown = ['activations', 'adjoints', 'gradient', ...summaryNames, ...testStatistics];
  expect(told).toEqual(expect.arrayContaining([...shown, ...Object.keys(metricNames())]));
  for (const { name, formula = '', source = '' } of Object.values(terms)) {
    expect(formula, name).not.toBe('');
    expect(source, name).toMatch(/\d{4}/);
  }
});
