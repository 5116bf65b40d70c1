/** Tables of what was captured: singular values, summaries, alignment of the groups' gradients, norms of the samples'. */
import { summaryNames } from '#app/contract/session.ts';
import { gradientCosines } from '#app/spectra/alignment.ts';
import { alignmentOffset, pairIndex, setCount, spectrumOffset } from '#app/spectra/layout.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { float32Of, int32Of } from '../../session/blob.ts';
import { loadBody } from '../../session/header.ts';
import { normalisedSummaries, setFactors } from '../../session/measures.ts';
import type { SessionStore } from '../../session/store.ts';
import { columns, count, place, placeOf, placeOfSet, samplesOf, type ExportCell, type ExportTable } from './table.ts';

/** One row per singular value, index from 1. */
export function spectraTable(store: SessionStore, done: () => void): ExportTable {
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT spectra.run, fold, spectra.step, epoch, layer, spectra, group_sizes FROM spectra
       JOIN step ON step.run = spectra.run AND step.step = spectra.step JOIN run ON run.run = spectra.run
       ORDER BY spectra.run, layer, spectra.step`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer']));
      const row = float32Of(record['spectra']);
      const groupSizes = int32Of(record['group_sizes']);
      const where = [...placeOf(record), layer.view.name];
      for (const { quantity, values } of layer.layout.quantities) {
        const factors = setFactors(layer, quantity, groupSizes);
        const relativeFloor = layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
        for (let set = 0; set < setCount(layer.layout); set++) {
          const start = spectrumOffset(layer.layout, quantity, set);
          const spectrum = row.subarray(start, start + values);
          const floor = absoluteFloor(spectrum, relativeFloor);
          const of = [...where, quantity, store.sets[set] ?? '', samplesOf(groupSizes, set)];
          for (let index = 0; index < values; index++) {
            const raw = spectrum[index] as number;
            if (Number.isNaN(raw)) break;
            yield [...of, index + 1, raw, raw * (factors[set] as number), raw <= floor ? 1 : 0];
          }
        }
      }
      done();
    }
  }
  return {
    columns: [
      ...placeOfSet,
      ...columns('integer', 'index'),
      ...columns('real32', 'raw_value', 'normalised_value'),
      ...columns('flag', 'below_floor'),
    ],
    rows: rows(),
    records: count(store, 'spectra'),
  };
}

/** Summaries that depend on the size of a spectrum, and so on that of its group. */
export const scaledSummaries = ['energy', 'nuclear-norm', 'largest'] as const;

export function summariesTable(store: SessionStore, done: () => void): ExportTable {
  const scaledAt = scaledSummaries.map((name) => summaryNames.indexOf(name));
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT summary.run, fold, summary.step, epoch, layer, summaries, group_sizes FROM summary
       JOIN step ON step.run = summary.run AND step.step = summary.step JOIN run ON run.run = summary.run
       ORDER BY summary.run, summary.step, layer`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer']));
      const groupSizes = int32Of(record['group_sizes']);
      const raw = float32Of(record['summaries']);
      const normalised = normalisedSummaries(layer, raw, groupSizes);
      const sets = setCount(layer.layout);
      for (const [q, { quantity }] of layer.layout.quantities.entries()) {
        for (let set = 0; set < sets; set++) {
          const start = (q * sets + set) * summaryNames.length;
          yield [
            ...placeOf(record),
            ...[layer.view.name, quantity, store.sets[set] ?? '', samplesOf(groupSizes, set)],
            ...raw.subarray(start, start + summaryNames.length),
            ...scaledAt.map((at) => normalised[start + at] as number),
          ];
        }
      }
      done();
    }
  }
  return {
    columns: [
      ...placeOfSet,
      ...columns('real32', ...summaryNames, ...scaledSummaries.map((name) => `${name} normalised`)),
    ],
    rows: rows(),
    records: count(store, 'summary'),
  };
}

/** One row per pair of groups: the inner product of their gradients, with itself the squared norm, and the cosine. */
export function alignmentTable(store: SessionStore, done: () => void): ExportTable {
  const groups = store.sets.length - 1;
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT spectra.run, fold, spectra.step, epoch, layer, spectra FROM spectra
       JOIN step ON step.run = spectra.run AND step.step = spectra.step JOIN run ON run.run = spectra.run
       ORDER BY spectra.run, layer, spectra.step`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer']));
      const products = float32Of(record['spectra']).subarray(alignmentOffset(layer.layout));
      const cosines = gradientCosines(products, groups);
      for (let g = 0; g < groups; g++) {
        for (let h = g; h < groups; h++) {
          const product = products[pairIndex(groups, g, h)] ?? Number.NaN;
          if (Number.isNaN(product)) continue;
          const pair = [store.sets[g] ?? '', store.sets[h] ?? ''];
          yield [...placeOf(record), layer.view.name, ...pair, product, cosines[g * groups + h] ?? null];
        }
      }
      done();
    }
  }
  return {
    columns: [
      ...place,
      ...columns('text', 'layer', 'group', 'other_group'),
      ...columns('real32', 'inner_product', 'cosine'),
    ],
    rows: rows(),
    records: count(store, 'spectra'),
  };
}

/** One row per sample of a captured batch: the norm of its gradient, of layers where a sample brings one row. */
export function sampleNormsTable(store: SessionStore, done: () => void): ExportTable {
  const { subjects } = loadBody(store.database);
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT sample_norm.run, fold, sample_norm.step, epoch, layer, norms, subjects FROM sample_norm
       JOIN step ON step.run = sample_norm.run AND step.step = sample_norm.step JOIN run ON run.run = sample_norm.run
       ORDER BY sample_norm.run, sample_norm.step, layer`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer'])).view.name;
      const norms = float32Of(record['norms']);
      for (const [sample, number] of int32Of(record['subjects']).entries()) {
        const subject = subjects[number];
        const group = subject === undefined ? null : (store.sets[subject.group] ?? null);
        yield [...placeOf(record), layer, subject?.id ?? null, group, norms[sample] ?? null];
      }
      done();
    }
  }
  return {
    columns: [...place, ...columns('text', 'layer', 'subject', 'group'), ...columns('real32', 'gradient_norm')],
    rows: rows(),
    records: count(store, 'sample_norm'),
  };
}
