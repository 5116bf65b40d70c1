/**
 * npm run fuzz: 10,000 damaged scans, series, atlases, tables, workbooks and DICOM images with a fixed seed; each must be read or refused in words.
 *
 *   --inputs N    how many
 *   --seed N      another set of inputs
 *   --only N      one of them alone, to see what it does
 *   --json        the result as JSON
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { node24, root } from './setup/places.mjs';
import { SetupError, runScript, say } from './setup/say.mjs';

/** An input that takes longer does not end: two seconds are allowed, the rest is for a busy machine. */
const patienceMs = 30_000;

const options = {
  inputs: { type: 'string' },
  seed: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'boolean' },
};

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SetupError(error.message);
  }
}

/** @returns {Promise<object>} the result, or the input that hung */
function run(values) {
  const words = Object.entries(values).flatMap(([name, value]) => (name === 'json' ? [] : [`--${name}`, value]));
  const child = fork(join(root, 'test', 'fuzz', 'fuzz.ts'), words, {
    execPath: node24(),
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    cwd: root,
  });
  let printed = '';
  let input = 0;
  let timer;
  child.stdout.on('data', (chunk) => (printed += chunk));
  return new Promise((resolve, reject) => {
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new SetupError(`Input ${input} did not come to an end: npm run fuzz -- --only ${input}`));
      }, patienceMs);
    };
    watch();
    child.on('message', (current) => {
      input = current;
      watch();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(JSON.parse(printed));
      else reject(new SetupError(`The process ended with ${code} at input ${input}: npm run fuzz -- --only ${input}`));
    });
  });
}

await runScript(async () => {
  const values = readOptions();
  const start = performance.now();
  const result = await run(values);
  const { inputs, read, refused, codes, failures, slowestMs, grownMiB, seed } = result;
  if (values.json) console.log(JSON.stringify(result));
  else {
    for (const { input, target, what } of failures) say(`Input ${input} (${target}): ${what}`);
    const reasons = Object.entries(codes).sort((a, b) => b[1] - a[1]);
    console.log(reasons.map(([code, count]) => `${String(count).padStart(6)}  ${code}`).join('\n'));
    console.log(
      `${inputs} inputs (seed ${seed}): ${read} read, ${refused} refused for ${reasons.length} reasons, ${failures.length} failed; slowest ${slowestMs} ms, most memory ${grownMiB} MiB, ${Math.round((performance.now() - start) / 1000)} s`,
    );
  }
  return failures.length === 0 ? 0 : 1;
});
