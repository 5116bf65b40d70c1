/** What the benchmark measured, as Markdown that can be read as it stands. */

const peerMs = (peer) => peer?.plainMs ?? '';
const withRatio = (peer) => (peer === undefined ? '' : `${peer.capturedMs} (${peer.ratio.toFixed(1)}x)`);

const stepColumns = [
  ['model', ({ model }) => model],
  ['what', ({ title }) => title],
  ['plain ms', ({ plainMs }) => plainMs],
  ['captured ms', ({ capturedMs }) => capturedMs],
  ['captured / plain', ({ ratio }) => ratio.toFixed(2)],
  ['CPU ms, plain / captured', ({ plainCpuMs, capturedCpuMs }) => `${plainCpuMs} / ${capturedCpuMs}`],
  ['thread ms', ({ threadMs }) => threadMs],
  ['waited ms', ({ waitMs }) => waitMs.toFixed(2)],
  ['memory MiB', ({ memory }) => `${memory.plainMiB} / ${memory.capturedMiB}`],
  ['captured / plain', ({ memory }) => memory.ratio.toFixed(2)],
];

const peerColumns = [
  ['model', ({ model }) => model],
  ['plain', ({ plainMs }) => plainMs],
  ['captured', ({ capturedMs }) => capturedMs],
  ['tfjs plain', ({ peers }) => peerMs(peers.tfjs)],
  ['PyTorch plain', ({ peers }) => peerMs(peers.pytorch)],
  ['PyTorch, hooks and svdvals', ({ peers }) => withRatio(peers.pytorchHooks)],
  ['PyTorch, Grams', ({ peers }) => withRatio(peers.pytorchGram)],
  [
    'captured here / PyTorch plain',
    ({ capturedMs, peers }) => (peers.pytorch === undefined ? '' : (capturedMs / peers.pytorch.plainMs).toFixed(2)),
  ],
];

const scalingColumns = [
  ['what grows', ({ axis }) => axis],
  ['to', ({ size }) => size],
  ['plain ms', ({ plainMs }) => plainMs],
  ['captured ms', ({ capturedMs }) => capturedMs],
  ['captured / plain', ({ ratio }) => ratio.toFixed(2)],
  ['CPU ms, plain and captured', ({ plainCpuMs, capturedCpuMs }) => `${plainCpuMs}, ${capturedCpuMs}`],
  ['captured / plain, CPU', ({ plainCpuMs, capturedCpuMs }) => (capturedCpuMs / plainCpuMs).toFixed(2)],
];

const scansColumns = [
  ['files', ({ files, name }) => `${files} ${name}`],
  ['MB inflated', ({ megabytes }) => megabytes ?? ''],
  ['files/s', ({ here }) => here.filesPerSecond],
  ['MB/s', ({ here }) => here.megabytesPerSecond ?? ''],
  ['CPU s', ({ here }) => here.cpuSeconds],
  ['nibabel files/s', ({ nibabel }) => nibabel?.filesPerSecond ?? ''],
  ['nibabel MB/s', ({ nibabel }) => nibabel?.megabytesPerSecond ?? ''],
  ['nibabel CPU s', ({ nibabel }) => nibabel?.cpuSeconds ?? ''],
  ['here / nibabel', ({ ratio }) => ratio ?? ''],
];

/** Columns in which every row has words are left-aligned, numbers are right-aligned; columns without content are left out. */
function markdown(columns, rows) {
  const cells = columns
    .map(([name, of]) => [name, ...rows.map((row) => String(of(row)))])
    .filter(([, ...body]) => body.some((cell) => cell !== ''));
  const padded = cells.map(([name, ...body]) => {
    const width = Math.max(name.length, ...body.map((cell) => cell.length));
    const isNumber = body.every((cell) => cell === '' || /^\d+(\.\d+)?( |$)/.test(cell));
    const pad = (cell) => (isNumber ? cell.padStart(width) : cell.padEnd(width));
    return [pad(name), '-'.repeat(width - 1) + (isNumber ? ':' : '-'), ...body.map(pad)];
  });
  return (padded[0] ?? []).map((_, line) => `| ${padded.map((column) => column[line]).join(' | ')} |`).join('\n');
}

export const stepTable = (rows) => markdown(stepColumns, rows);
export const peerTable = (rows) => markdown(peerColumns, rows);
export const scalingTable = ({ points }) => markdown(scalingColumns, points);

/** @param profile of a model: milliseconds by operation */
export function profileTable({ model, plain, captured }) {
  const names = [...new Set([...Object.keys(captured), ...Object.keys(plain)])];
  const most = (name) => Math.max(plain[name] ?? 0, captured[name] ?? 0);
  const rows = names.filter((name) => most(name) >= 0.01).sort((a, b) => most(b) - most(a));
  return markdown(
    [
      [`${model}: operation, times a step`, (name) => name],
      ['plain ms', (name) => plain[name] ?? ''],
      ['captured ms', (name) => captured[name] ?? ''],
    ],
    rows,
  );
}

export function throughputWords({ scans, shape, spacingMm, prepared, trained, endToEnd }) {
  return (
    `${scans} scans from disk, prepared to ${shape.join(' x ')} voxels of ${spacingMm} mm: ${prepared.samplesPerSecond} samples/s. ` +
    `3-D CNN trained: ${trained.plainPerSecond} samples/s plain, ${trained.capturedPerSecond} captured. ` +
    `Both, over ${endToEnd.epochs} epochs: ${endToEnd.samplesPerSecond} samples/s.`
  );
}

export function streamingWords({ lesions, volumes, harmonised }) {
  return [lesions, volumes, harmonised]
    .map(
      ({ rows, shape, steps, stepMs, firstWaitMs, waitShare, memoryMiB, fitSeconds, keptSeconds }) =>
        (fitSeconds === undefined ? '' : `Harmonised in ${fitSeconds} s a fold (${keptSeconds} s once fitted): `) +
        `${rows} scans of ${shape.slice(0, 3).join(' x ')} voxels streamed from disk, ${steps} captured steps of ${stepMs} ms: ` +
        `training waited for data ${(100 * waitShare).toFixed(1)} % of the time (the first step ${firstWaitMs} ms); ` +
        `the process grew by ${memoryMiB.early} MiB over the first steps, ${memoryMiB.peak} MiB at most.`,
    )
    .join('\n\n');
}

export function studyWords({ subjects, features, megabytes, loadMs, firstEditMs, editMs, saveMs, window }) {
  return (
    `A table of ${subjects} subjects and ${features} features, ${megabytes} MB as a file: an edit takes ${editMs} ms of a core ` +
    `(the first ${firstEditMs}), writing the file after it ${saveMs} ms, reading it ${loadMs} ms. The window shows its first rows ${window.firstRowsMs} ms after ` +
    `the press that opens it, all of it after ${window.wholeMs} ms; the page is blocked for at most ${window.longestBlockMs} ms. An edit there is ` +
    `stored and shown after ${window.editMs} ms, its undo after ${window.undoMs} ms, the page blocked for at most ${window.editBlockMs} ms.`
  );
}

export function inferenceWords({ network, steps, permutations, tests, cores, cpuSeconds, seconds }) {
  return (
    `${permutations} permutations of a training of ${steps} steps, ${network}: ${tests} tests in ${seconds} s on ` +
    `${cores} cores, ${cpuSeconds} s of all cores together (${((1000 * cpuSeconds) / steps).toFixed(1)} ms a step).`
  );
}

export function importWords({ files, checked, prepared }) {
  return (
    `Import of ${files} scans: ${checked.filesPerSecond} files/s (${checked.megabytesPerSecond} MB/s of values); ` +
    `preparation ${prepared.firstSeconds} s, ${prepared.cachedSeconds} s from the cache.`
  );
}

export const scansTable = ({ values, headers }) => markdown(scansColumns, [...values, headers]);

export function memoryWords({ headers, memory }) {
  const points = memory.map(({ scans, peakMiB }) => `${peakMiB} MiB for ${scans} scans`).join(', ');
  return `Headers of ${headers.files} files in ${headers.here.seconds} s. Most memory of an import: ${points}.`;
}

const framesWords = ({ perSecond, medianMs, p95Ms, threadMs }) =>
  `${perSecond.toFixed(0)} frames/s (median ${medianMs.toFixed(0)} ms, 95 of 100 within ${p95Ms.toFixed(0)} ms; ` +
  `${threadMs.toFixed(1)} ms of the page's thread for each)`;

export function libraryWords({ sessions, engine, window }) {
  return (
    `${sessions} sessions: listed in ${(engine.firstMs / 1000).toFixed(1)} s the first time and ${engine.againMs.toFixed(0)} ms ` +
    `when nothing changed (index of ${(engine.indexBytes / 1e6).toFixed(1)} MB). In the window: shown ${window.firstMs.toFixed(0)} ms after ` +
    `the start, ${window.againMs.toFixed(0)} ms after another page; ${window.searchMsPerKey.toFixed(0)} ms a key of the search; ` +
    `scrolled at ${framesWords(window.scroll)}.`
  );
}

export function bigSessionWords({ steps, layers, written, window }) {
  const { firstChartMs, zoom, memory, compared } = window;
  return (
    `A session of ${steps} steps and ${layers} layers (${(written.bytes / 1e9).toFixed(2)} GB): first chart after ` +
    `${firstChartMs.toFixed(0)} ms; zoomed at ${framesWords(zoom)}; the window holds ${(memory.bytes / 1e6).toFixed(0)} MB, ` +
    `${(memory.emptyBytes / 1e6).toFixed(0)} MB before it was opened. Two such compared: first chart after ` +
    `${compared.firstChartMs.toFixed(0)} ms; zoomed at ${framesWords(compared.zoom)}; ${(compared.bytes / 1e6).toFixed(0)} MB.`
  );
}
