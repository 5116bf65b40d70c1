/** Trainings that go wrong, each in its way, and what `inspect` says of them in words. */
import { expect, it, vi } from 'vitest';
import type { Finding } from '#app/contract/findings.ts';
import { documentOf, folderOf, spectroscope } from './command.ts';

// Each is a whole training and a second start of the engine.
vi.setConfig({ testTimeout: 240_000 });

const folder = folderOf();
const sample = ['--sample', 'ucla-cnp-cognition', '--folds', '1', '--seed', '2', '--weight-decay', '0'];

async function findingsOf(name: string, settings: readonly string[]): Promise<Finding[]> {
  await spectroscope(folder, ['train', ...sample, ...settings, '--out', `${name}.spectra`]);
  const told = documentOf(await spectroscope(folder, ['inspect', `${name}.spectra`, '--json']));
  return told['findings'] as Finding[];
}

it('a large network without brakes over-fits and then saturates: group, layer and chart are named', async () => {
  const settings = ['--set', 'hidden=64', '--set', 'dropout=0', '--lr', '0.01', '--epochs', '40'];
  const found = await findingsOf('over', settings);
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'over-fitting', group: 'schizophrenia', chart: 'Loss' }),
  );
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'saturation', layer: 'dense_1', chart: 'Energy, gradient, dense_1' }),
  );
});

it('rectified units that a large step has switched off are dead, and nothing is said to over-fit', async () => {
  const found = await findingsOf('dead', ['--set', 'hidden=8,4', '--optimizer', 'sgd', '--lr', '1', '--epochs', '30']);
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'dead', layer: 'dense_3', chart: 'Energy, activations, dense_3' }),
  );
  // Whether layers before it collapse on the way is decided by rounding, which differs between processors.
  expect(found.map(({ kind }) => kind)).not.toContain('over-fitting');
});

it('a training that runs away collapses to one direction, and its gradient is not said to have vanished before it grew', async () => {
  const settings = ['--set', 'hidden=64,32', '--optimizer', 'sgd', '--lr', '50', '--epochs', '3'];
  const found = await findingsOf('away', settings);
  // Which layer is the first to go is decided by rounding.
  const collapsed = found.filter(({ kind }) => kind === 'collapse');
  expect(collapsed.length).toBeGreaterThan(0);
  for (const { chart, text } of collapsed) {
    expect(chart).toContain('Effective rank');
    expect(text).toContain('pull in one direction');
  }
  for (const { kind, steps } of found) if (kind === 'saturation') expect(steps.first).toBeGreaterThan(0);
});
