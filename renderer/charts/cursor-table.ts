/** The numbers at the cursor: a short table to read and a complete one to copy. */
import { summaryNames } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { DetailFrame } from './cursor-plot.ts';
import { formatCount, formatNumber, formatPercent, formatTick } from './format.ts';
import { energyShares } from './notes.ts';
import { columnName, type SampleSet } from './sets.ts';
import type { NumberTable } from './table.ts';
import { summaryTitles } from './words.ts';

export interface CursorRow {
  name: string;
  /** What it is, in a sentence. */
  explanation: string;
  cells: readonly string[];
}

/** Cosine between the gradients of two groups [groups x groups]; NaN where there is none. */
export function cosine(frame: DetailFrame, a: number, b: number): number {
  const groups = frame.detail.sets.length - 1;
  return frame.detail.alignment[a * groups + b] ?? NaN;
}

/** Three decimals: it lies between −1 and 1, and what is below says the same as 0. */
function cosineText(value: number): string {
  return Number.isFinite(value) ? formatTick(value, 0.001) : formatNumber(value);
}

function summary(frame: DetailFrame, set: SampleSet, name: string): number {
  const spectrum = frame.detail.spectra.find((each) => each.quantity === frame.quantity);
  return spectrum?.summaries[set.index]?.[name] ?? NaN;
}

/**
 * @param shown sets with a column
 * @param sets all sets
 */
export function cursorRows(frame: DetailFrame, shown: readonly SampleSet[], sets: readonly SampleSet[]): CursorRow[] {
  const groups = sets.filter((set) => !set.isAll);
  const shares = energyShares(frame, groups);
  const of = (name: string): string[] => shown.map((set) => formatNumber(summary(frame, set, name)));
  const rows: CursorRow[] = [
    {
      name: t('In this batch'),
      explanation: t('How many samples of the group this batch has'),
      cells: shown.map((set) => formatCount(frame.detail.samples[set.index] ?? 0)),
    },
    {
      name: summaryTitles['effective-rank'],
      explanation: t('exp of the entropy of the values (Roy & Vetterli 2007)'),
      cells: of('effective-rank'),
    },
    {
      name: summaryTitles['stable-rank'],
      explanation: t('Sum of squares over the largest square'),
      cells: of('stable-rank'),
    },
    { name: t('Largest, σ₁'), explanation: t('The largest singular value'), cells: of('largest') },
    {
      name: t('Energy, share'),
      explanation: t('Sum of squares, as a share of the sum over the groups'),
      cells: shown.map((set) => (set.isAll ? '' : formatPercent(shares[set.index]))),
    },
  ];
  const [first] = groups;
  if (frame.quantity === 'gradient' && first !== undefined && groups.length > 1) {
    rows.push({
      name: t('Cosine'),
      explanation: t(
        'Alignment of the group’s gradient with that of {group}: 1 same direction, 0 unrelated, −1 opposed',
        { group: first.name },
      ),
      cells: shown.map((set) => (set.isAll ? '' : cosineText(cosine(frame, first.index, set.index)))),
    });
  }
  return rows;
}

/** Every number at the cursor: counts, summaries, cosines, values by index and the floor. */
export function cursorTable(frame: DetailFrame, sets: readonly SampleSet[]): NumberTable {
  const spectrum = frame.detail.spectra.find((each) => each.quantity === frame.quantity);
  const longest = Math.max(0, ...sets.map((set) => spectrum?.values[set.index]?.length ?? 0));
  const groups = sets.filter((set) => !set.isAll);
  return {
    header: [`${frame.layer} ${frame.quantity} (${frame.scale}), step ${frame.detail.step}`, ...sets.map(columnName)],
    rows: [
      ['samples in batch', ...sets.map((set) => frame.detail.samples[set.index] ?? null)],
      ...summaryNames.map((name) => [name.replaceAll('-', ' '), ...sets.map((set) => summary(frame, set, name))]),
      ...groups.map((group) => [
        `cosine with ${group.name}`,
        ...sets.map((set) => (set.isAll ? null : cosine(frame, group.index, set.index))),
      ]),
      ['resolution floor', ...sets.map((set) => spectrum?.floor[set.index] ?? null)],
      ...Array.from({ length: longest }, (_, index) => [
        `s${index + 1}`,
        ...sets.map((set) => spectrum?.values[set.index]?.[index] ?? null),
      ]),
    ],
  };
}
