/**
 * npm run bench: time of a plain and a captured training step, and throughput of import on the bundled scans, as a table
 * and as Markdown. `--json`: one JSON document, {machine, rows: [{model, plainMs, capturedMs, ratio, ...}], import}.
 */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { node24, projectEnvironment, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';
import { engineIsReady, setUp } from './setup/set-up.mjs';

const bundledScans = join(root, 'main', 'samples', 'lesymap-lesions');

/** Models by rows; figures right-aligned. */
const columns = [
  ['model', ({ model }) => model],
  ['what', ({ title }) => title],
  ['plain ms', ({ plainMs }) => plainMs],
  ['captured ms', ({ capturedMs }) => capturedMs],
  ['captured / plain', ({ ratio }) => ratio.toFixed(2)],
  ['thread ms', ({ threadMs }) => threadMs],
  ['waited ms', ({ waitMs }) => waitMs],
];

function tableOf(rows) {
  const lines = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, of]) => String(of(row))))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))),
  );
}

function markdownOf(rows) {
  const [head, ...body] = tableOf(rows);
  const rule = head.map((cell, column) => '-'.repeat(cell.length - 1) + (column < 2 ? '-' : ':'));
  return [head, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Each bench in a process of its own prints its result as the last line. */
async function resultOf(bench, ...options) {
  const file = join(root, 'test', 'bench', bench);
  const { stdout } = await promisify(execFile)(node24(), ['--disable-warning=ExperimentalWarning', file, ...options], {
    cwd: root,
    env: projectEnvironment(),
  });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

await runScript(async () => {
  if (!engineIsReady()) await setUp({ window: false });
  const machine = {
    processor: cpus()[0]?.model.trim() ?? '',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
  const rows = await resultOf('training.ts');
  const imported = await resultOf('import.ts', bundledScans);
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ machine, rows, import: imported }));
    return 0;
  }
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, ${day}\n`);
  console.log(
    tableOf(rows)
      .map((line) => line.join('  '))
      .join('\n'),
  );
  console.log(`\n${markdownOf(rows)}\n`);
  const { files, checked, prepared } = imported;
  console.log(
    `Import of ${files} scans: ${checked.filesPerSecond} files/s (${checked.megabytesPerSecond} MB/s of values); ` +
      `preparation ${prepared.firstSeconds} s, ${prepared.cachedSeconds} s from the cache`,
  );
  return 0;
});
