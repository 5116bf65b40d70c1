/** npm run bench: time of a plain and a captured training step, and throughput of import. `--json`: one JSON document. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { node24, projectEnvironment, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';
import { engineIsReady, setUp } from './setup/set-up.mjs';

/** Each bench in a process of its own prints its result as the last line. */
async function resultOf(bench) {
  const file = join(root, 'test', 'bench', bench);
  const { stdout } = await promisify(execFile)(node24(), ['--disable-warning=ExperimentalWarning', file], {
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
  const imported = await resultOf('import.ts');
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ machine, rows, import: imported }));
    return 0;
  }
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`);
  for (const { model, plainMs, capturedMs, ratio } of rows) {
    console.log(`${model}: plain ${plainMs} ms, captured ${capturedMs} ms a step, ratio ${ratio}`);
  }
  const { files, checked, prepared } = imported;
  console.log(
    `Import of ${files} scans: ${checked.filesPerSecond} files/s (${checked.megabytesPerSecond} MB/s of values); ` +
      `preparation ${prepared.firstSeconds} s, ${prepared.cachedSeconds} s from the cache`,
  );
  return 0;
});
