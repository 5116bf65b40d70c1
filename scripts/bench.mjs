/**
 * npm run bench: time of a plain and a captured training step with memory and a TensorFlow.js peer, throughput from scans on
 * disk, and import, as Markdown.
 *
 *   --json            one JSON document, {machine, rows: [{model, plainMs, capturedMs, ratio, memory, peers}], ...}
 *   --models A,B      rows of these models alone, and nothing else unless asked for
 *   --quick           shorter and noisier
 *   --with-pytorch    PyTorch beside it, model by model; fetches it once into an environment of its own
 *   --import          import alone: whole scans, headers, memory
 *   --with-nibabel    nibabel beside it, on the same files by turns; fetches it once into an environment of its own
 *   --scaling         cost against batch, width, groups and depth
 *   --streaming       how long training waits for scans that are streamed from disk, in place of the rows
 *   --library         10,000 sessions listed, in the engine and in the window, in place of the rows
 *   --study           a table of 10,000 subjects and 350 features: edits in the engine, opening it in the window, in place of the rows
 *   --big-session     a session of 100,000 steps and 20 layers in the window, in place of the rows; writes 4 GB for it
 *   --inference         permutation tests of a kept training, in place of the rows
 *   --profile         milliseconds of each TensorFlow operation in a step, in place of the rows
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  bigSession,
  imported,
  inference,
  library,
  models,
  profile,
  scaling,
  streaming,
  study,
  throughput,
  trainingRows,
} from './benchmark/parts.mjs';
import { scansAgainstNibabel } from './benchmark/scans.mjs';
import {
  bigSessionWords,
  importWords,
  inferenceWords,
  libraryWords,
  memoryWords,
  peerTable,
  profileTable,
  scalingTable,
  scansTable,
  stepTable,
  streamingWords,
  studyWords,
  throughputWords,
} from './benchmark/tables.mjs';
import { passThrough } from './setup/child.mjs';
import { hasDisplay } from './setup/display.mjs';
import { node24, root } from './setup/places.mjs';
import { SetupError, runScript, say } from './setup/say.mjs';
import { engineIsReady, setUp } from './setup/set-up.mjs';

const flags = [
  ...['json', 'quick', 'import', 'with-nibabel', 'with-pytorch', 'scaling', 'streaming', 'inference', 'profile'],
  ...['library', 'study', 'big-session'],
];

function readOptions() {
  const options = Object.fromEntries(flags.map((name) => [name, { type: 'boolean', default: false }]));
  try {
    const { values } = parseArgs({ options: { ...options, models: { type: 'string' } } });
    const names = values.models?.split(',') ?? models;
    const unknown = names.find((name) => !models.includes(name));
    if (unknown === undefined) return { ...values, names, isWhole: values.models === undefined };
    throw new SetupError(`There is no model '${unknown}': choose among ${models.join(', ')}.`);
  } catch (error) {
    if (error.code?.startsWith('ERR_PARSE_ARGS')) {
      const known = [...flags.map((name) => `--${name}`), `--models ${models.join(',')}`];
      throw new SetupError(
        `${error.message}. Options: ${known.join(', ')}. docs/performance.md says what each measures.`,
      );
    }
    throw error;
  }
}

function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? '',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function measureAll(options) {
  const quick = options.quick ? ['--quick'] : [];
  const result = { machine: machine() };
  if (options.profile) {
    result.profiles = [];
    for (const model of options.names) result.profiles.push(await profile(model));
    return result;
  }
  const scans = () => scansAgainstNibabel({ quick: options.quick, withNibabel: options['with-nibabel'] });
  if (options.inference) {
    say('Measuring permutation tests');
    result.inference = await inference(quick);
    return result;
  }
  if (options.import) return { ...result, scans: await scans() };
  if (options.streaming) {
    say('Measuring streaming');
    result.streaming = await streaming(quick);
    return result;
  }
  if (options.study) {
    say('Measuring a large table');
    result.study = await study(quick);
    return result;
  }
  if (options.library) {
    say('Measuring a library of sessions');
    result.library = await library(quick);
  }
  if (options['big-session']) {
    say('Measuring a big session: writing it takes minutes');
    result.bigSession = await bigSession(quick);
  }
  if (options.library || options['big-session']) return result;
  Object.assign(result, await trainingRows({ names: options.names, quick, withPytorch: options['with-pytorch'] }));
  if (options.scaling) {
    say('Measuring scaling');
    result.scaling = await scaling(quick);
  }
  if (options.isWhole) {
    say('Measuring throughput and import');
    result.throughput = await throughput(quick);
    result.import = await imported();
    result.scans = await scans();
  }
  return result;
}

function print(result) {
  const { machine, rows = [], scaling, throughput, import: imports, scans, streaming, profiles = [] } = result;
  const { processor, cores, memoryGiB, system, date } = machine;
  const parts = [`${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, ${date}`, ...profiles.map(profileTable)];
  if (rows.length > 0) parts.push(stepTable(rows), peerTable(rows));
  if (scaling !== undefined) {
    const { batch, width, depth, groups } = scaling.usual;
    parts.push(`MLP of ${depth} layers of ${width}, batch ${batch}, ${groups} groups; one of them grows:`);
    parts.push(scalingTable(scaling));
  }
  if (throughput !== undefined) parts.push(throughputWords(throughput));
  if (streaming !== undefined) parts.push(streamingWords(streaming));
  if (result.study !== undefined) parts.push(studyWords(result.study));
  if (result.inference !== undefined) parts.push(inferenceWords(result.inference));
  if (imports !== undefined) parts.push(importWords(imports));
  if (result.library !== undefined) parts.push(libraryWords(result.library));
  if (result.bigSession !== undefined) parts.push(bigSessionWords(result.bigSession));
  if (scans !== undefined) parts.push(scansTable(scans), memoryWords(scans));
  console.log(parts.join('\n\n'));
}

await runScript(async () => {
  const options = readOptions();
  const inWindow = options.library || options.study || options['big-session'];
  if (inWindow) {
    await setUp({ window: true, display: !hasDisplay() });
    const built = await passThrough(node24(), [join(root, 'scripts', 'build.mjs')]);
    if (built !== 0) return built;
  }
  if (!engineIsReady()) await setUp({ window: false });
  const result = await measureAll(options);
  if (options.json) console.log(JSON.stringify(result));
  else print(result);
  return (result.failed ?? []).length === 0 ? 0 : 1;
});
