/**
 * What permutation tests cost: a perceptron is trained on made-up numbers with its sample Grams kept at every step, and the
 * default statistics are tested over all its steps. One line of JSON: node test/bench/inference.ts [--quick]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultStatistics } from '#app/inference/statistics.ts';
import type { TestOptions } from '#app/inference/test-options.ts';
import { SeededRandom } from '#app/run/random.ts';
import { testSessions } from '../../main/engine/inference/test-sessions.ts';
import { round } from './timing.ts';

const isQuick = process.argv.includes('--quick');
const [subjects, features, batch] = [180, 410, 32];
const hidden = [512, 256];
/** Of 144 training subjects, five batches an epoch. */
const epochs = isQuick ? 4 : 200;
const permutations = isQuick ? 99 : 999;
const launcher = join(import.meta.dirname, '..', '..', 'scripts', 'spectroscope.mjs');

function train(folder: string): string {
  const random = new SeededRandom(1);
  const rows = Array.from({ length: subjects }, (_, i) =>
    [`s${i}`, i % 2, Math.floor(i / 2) % 2, ...Array.from({ length: features }, () => random.normal())].join(),
  );
  const names = Array.from({ length: features }, (_, i) => `f${i}`);
  const table = join(folder, 'made-up.csv');
  writeFileSync(table, [['id', 'group', 'class', ...names].join(), ...rows].join('\n'));
  const session = join(folder, 'made-up.spectra');
  const labels = ['--group', 'group', '--target', 'class', '--features', names.join()];
  const network = ['--set', `hidden=${hidden.join()}`, '--batch', String(batch), '--epochs', String(epochs)];
  const words = ['train', table, ...labels, ...network, '--folds', '1', '--keep-grams', '--out', session, '--json'];
  execFileSync(process.execPath, [launcher, ...words], { stdio: 'ignore' });
  return session;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-inference-'));
try {
  const file = train(folder);
  const options: TestOptions = {
    statistics: [...defaultStatistics],
    methods: ['permutation', 'max-statistic', 'cluster-mass'],
    permutations,
    seed: 1,
    strata: { kind: 'none' },
    groups: null,
  };
  const start = performance.now();
  const before = process.cpuUsage();
  const { steps, rows } = await testSessions([file], options, {
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const { user, system } = process.cpuUsage(before);
  const result = {
    network: `MLP ${[features, ...hidden, 2].join('-')}, batch ${batch}`,
    steps,
    permutations,
    tests: rows.length,
    cores: availableParallelism(),
    cpuSeconds: round((user + system) / 1e6),
    seconds: round((performance.now() - start) / 1000),
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
