/** A real recording of regions on the command line, in windows of it: however its files lie, the networks are fed the same. */
import { describe, expect, it } from 'vitest';
import { recordingWindows } from '../fixtures/series/nitime/windows.ts';
import { documentOf, folderOf, spectroscope } from './command.ts';

function inFolder(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

describe('windows of a real recording', { timeout: 120_000 }, () => {
  const folder = folderOf({
    ...inFolder('given', recordingWindows({ times: 25, longer: 0, as: 'given' })),
    ...inFolder('turned', recordingWindows({ times: 25, longer: 0, as: 'turned' })),
    ...inFolder('unequal', recordingWindows({ times: 16, longer: 2, as: 'turned' })),
  });

  async function imported(name: string, ...more: string[]): Promise<Record<string, unknown>> {
    const words = ['import', name, '--group', 'half', '--json', '--out', `${name}.json`, ...more];
    const outcome = await spectroscope(folder, words);
    expect(outcome).toMatchObject({ code: 0 });
    return documentOf(outcome);
  }

  it.each(['lstm', 'transformer'])('give the same losses by rows as by columns: %s', async (model) => {
    expect(await imported('given')).toMatchObject({ series: { shortest: 25, longest: 25, count: 10 } });
    expect(await imported('turned', '--series-orientation', 'roi-by-time')).toMatchObject({
      series: { shortest: 25, longest: 25, count: 10 },
    });
    const losses: unknown[] = [];
    for (const name of ['given', 'turned']) {
      const words = ['train', `${name}.json`, '--model', model, '--folds', '2', '--epochs', '1', '--json'];
      const outcome = await spectroscope(folder, [...words, '--out', `${name}-${model}.spectra`]);
      expect(outcome).toMatchObject({ code: 0 });
      losses.push(documentOf(outcome)['validation']);
    }
    expect(losses[1]).toEqual(losses[0]);
  });

  it('of unequal lengths find the regions by what all have, and learn from them padded', async () => {
    expect(await imported('unequal')).toMatchObject({ series: { shortest: 16, longest: 34, count: 10 } });
    const words = ['train', 'unequal.json', '--model', 'lstm', '--series', 'lengths=pad', '--minimum-variance', '0'];
    const run = ['--folds', '2', '--epochs', '1', '--json', '--out', 'padded.spectra'];
    expect(await spectroscope(folder, [...words, ...run])).toMatchObject({ code: 0 });
  });
});
