/** Tables of confounds that the design alone names: a session knows each by its content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import { loadBody } from '../../../main/engine/session/header.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { makeTree } from '../read/tree.ts';
import { TestedEngine, type Progress } from './engine.ts';

let engine: TestedEngine;
beforeEach(() => {
  engine = new TestedEngine();
});
afterEach(async () => {
  await engine.close();
});

const ask: TestedEngine['ask'] = (operation, input) => engine.ask(operation, input);
const until = async (wanted: readonly Progress['status'][]): Promise<Progress['status']> =>
  (await engine.heard(({ status }) => wanted.includes(status))).status;

const ids = ['s1', 's2', 's3', 's4', 's5', 's6'];

function tree(): string {
  const files: Record<string, string> = {
    'subjects.csv': ['subject,group', ...ids.map((id, at) => `${id},${'ab'[at % 2] ?? ''}`)].join('\n'),
  };
  for (const [at, id] of ids.entries()) {
    const lines = Array.from({ length: 20 }, (_, row) => [1, 2, 3].map((k) => Math.sin(row * k + at).toFixed(5)));
    files[`${id}_ts.csv`] = ['V1,M1,A1', ...lines.map((line) => line.join(','))].join('\n');
    const motion = lines.map((_, row) => `${Math.cos(row + at).toFixed(4)}\t${Math.cos(2 * row).toFixed(4)}`);
    files[`${id}_motion.tsv`] = ['trans_x\ttrans_y', ...motion].join('\n');
  }
  return makeTree(files);
}

it('are in the session with their hashes, and one that was changed is named when training goes on', async () => {
  const root = tree();
  const { study } = await ask('study.import', {
    ...{ paths: [{ path: root }], table: null, idColumn: null, fileColumn: null },
    series: { files: '*_ts.csv', orientation: 'time-by-roi', kind: null },
  });
  expect(study.subjects.map(({ confounds }) => confounds)).toEqual(ids.map(() => undefined));
  const usual = defaultConfiguration(study, 'lstm');
  const confounds = { files: '*_motion.tsv', columns: ['trans_*'], scrub: null };
  const configuration = {
    ...{ ...usual, epochs: 2000, folds: 2 },
    preparation: { ...usual.preparation, series: { ...plainSeries, confounds } },
  };
  const none = { ...confounds, columns: ['speed'] };
  const asked = { ...configuration.preparation, series: { ...plainSeries, confounds: none } };
  const refused = ask('run.start', {
    configuration: { ...configuration, preparation: asked },
    title: 'test',
    file: null,
  });
  await expect(refused).rejects.toMatchObject({
    ...{ code: 'confounds-column', field: 'speed', file: 's1_motion.tsv' },
    message: expect.stringContaining('Columns are: trans_x, trans_y.') as string,
  });
  const running = until(['running']);
  const ended = until(['stopped', 'finished', 'failed']);
  const { session } = await ask('run.start', { configuration, title: 'test', file: null });
  await running;
  await ask('run.stop', {});
  expect(await ended).toBe('stopped');

  const folder = join(engine.library, 'sessions');
  const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.spectra'));
  const store = new SessionStore(join(folder, name));
  const kept = loadBody(store.database).study;
  store.close();
  expect(kept.series?.confounds).toEqual({ files: '*_motion.tsv', columns: ['trans_*'] });
  expect(kept.subjects.map((subject) => subject.confounds)).toEqual(
    ids.map((id) => {
      const content = readFileSync(join(root, `${id}_motion.tsv`));
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path: `${id}_motion.tsv`, bytes: content.length, sha256 };
    }),
  );

  // As they were: training goes on.
  const goesOn = until(['running', 'failed']);
  const endsAgain = until(['stopped', 'finished', 'failed']);
  await ask('run.resume-session', { session, study: null });
  expect(await goesOn).toBe('running');
  await ask('run.stop', {});
  expect(await endsAgain).toBe('stopped');

  const changed = join(root, 's2_motion.tsv');
  writeFileSync(changed, readFileSync(changed, 'utf8').replace(/\n[^\t]+\t/, '\n9\t'));
  await expect(ask('run.resume-session', { session, study: null })).rejects.toMatchObject({
    code: 'data-differ',
    message: expect.stringMatching(/s2_motion\.tsv: changed since/) as string,
  });
}, 60_000);
