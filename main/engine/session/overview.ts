/**
 * The overview: for blocks of 2^level steps, aligned to step 0, the statistics of each part. A level's block is stored
 * in the transaction of its last step; what is not in a block yet is read from the rows of the steps.
 */
import type { StatementSync } from 'node:sqlite';
import type { SessionHeader } from './types.ts';
import { blobOf } from './blob.ts';
import {
  chosenValues,
  keptIndices,
  normalisedSummaries,
  rawSummaries,
  setFactors,
  type Part,
  type StoredLayer,
} from './measures.ts';
import { Statistics } from './statistics.ts';

/** Captured steps in a block of the finest level; up to so many rows per column are read as they are. */
const finestBlock = 16;

/** Finest stored level of the parts of a session that captures every n-th step. */
export function finestLevel(captureEvery: number): number {
  return Math.ceil(Math.log2(finestBlock * Math.max(1, captureEvery)));
}

/** No session has more steps than 2^40. */
const levels = 40;

interface Series {
  part: Part;
  layer: number;
  finest: number;
  /** The block in hand of each level from the finest on; made when first needed. */
  open: (Statistics | undefined)[];
}

/** Builds the overview of one run while it is written. */
export class OverviewBuilder {
  private readonly run: number;
  private readonly insert: StatementSync;
  private readonly layers: readonly StoredLayer[];
  private readonly scalars: Series;
  private readonly spectra: readonly { raw: Series; normalised: Series; kept: number[]; vector: Float32Array }[][];
  private readonly summaries: readonly { raw: Series; normalised: Series }[];
  private readonly all: Series[] = [];
  private last = -1;

  /** @param insert statement with (run, part, layer, level, block, statistics) */
  constructor(run: number, header: SessionHeader, insert: StatementSync) {
    this.run = run;
    this.insert = insert;
    this.layers = header.layers;
    const finest = finestLevel(header.configuration.capture.every);
    this.scalars = this.series('scalars', 0, finestLevel(1));
    this.summaries = header.layers.map((_, layer) => ({
      raw: this.series('summaries:raw', layer, finest),
      normalised: this.series('summaries:normalised', layer, finest),
    }));
    this.spectra = header.layers.map(({ layout }, layer) =>
      layout.quantities.map(({ quantity, values }) => {
        const kept = keptIndices(values);
        return {
          raw: this.series(`${quantity}:raw`, layer, finest),
          normalised: this.series(`${quantity}:normalised`, layer, finest),
          kept,
          vector: new Float32Array((layout.groups + 1) * kept.length),
        };
      }),
    );
  }

  /**
   * Takes a step in, and stores the blocks that it completes. Steps come in order.
   *
   * @returns raw summaries of each layer, or null when the step was not captured
   */
  add(
    step: number,
    scalars: Float32Array,
    groupSizes: Int32Array,
    spectra: readonly Float32Array[] | null,
  ): Float32Array[] | null {
    this.store(step);
    this.take(this.scalars, scalars);
    const summaries =
      spectra === null ? null : this.layers.map((_, layer) => this.addLayer(layer, groupSizes, spectra));
    this.last = step;
    this.store(step + 1);
    return summaries;
  }

  private addLayer(index: number, groupSizes: Int32Array, spectra: readonly Float32Array[]): Float32Array {
    const layer = this.layers[index] as StoredLayer;
    const row = spectra[index] as Float32Array;
    layer.layout.quantities.forEach(({ quantity }, q) => {
      const part = (this.spectra[index] ?? [])[q];
      if (part === undefined) return;
      chosenValues(layer, quantity, part.kept, row, null, part.vector);
      this.take(part.raw, part.vector);
      chosenValues(layer, quantity, part.kept, row, setFactors(layer, quantity, groupSizes), part.vector);
      this.take(part.normalised, part.vector);
    });
    const raw = rawSummaries(layer, row);
    const summaries = this.summaries[index];
    if (summaries !== undefined) {
      this.take(summaries.raw, raw);
      this.take(summaries.normalised, normalisedSummaries(layer, raw, groupSizes));
    }
    return raw;
  }

  /** Stores every open block that ends at or before `next`, the step to come. */
  private store(next: number): void {
    for (let level = finestLevel(1); level < levels; level++) {
      const block = Math.floor(this.last / 2 ** level);
      if (this.last < 0 || next < (block + 1) * 2 ** level) return;
      for (const series of this.all) this.storeBlock(series, level, block);
    }
  }

  private storeBlock(series: Series, level: number, block: number): void {
    const complete = series.open[level];
    if (complete === undefined) return;
    this.insert.run(this.run, series.part, series.layer, level, block, blobOf(complete.stored()));
    const above = series.open[level + 1];
    // The block above starts with this one: hand it on rather than copy it.
    if (above === undefined) series.open[level + 1] = complete;
    else above.merge(complete);
    series.open[level] = undefined;
  }

  private take(series: Series, vector: Float32Array): void {
    const open = (series.open[series.finest] ??= new Statistics(vector.length));
    open.add(vector);
  }

  private series(part: Part, layer: number, finest: number): Series {
    const series: Series = { part, layer, finest, open: [] };
    this.all.push(series);
    return series;
  }
}
