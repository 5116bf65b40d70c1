/** Where the spectra of groups at a step would lie if their labels meant nothing: permuted among the samples of the batch. */
import { setImmediate } from 'node:timers/promises';
import { cancelled } from '#app/contract/errors.ts';
import type { PermutationBand } from '#app/contract/review.ts';
import type { Input } from '#app/contract/operations.ts';
import { canRelabel, shuffledLabels } from '#app/inference/relabel.ts';
import { SeededRandom } from '#app/run/random.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { t } from '#app/text/text.ts';
import { regroupRow } from '../capture/regroup.ts';
import { setFactors } from '../session/measures.ts';
import { openTested, readKeptStep, type TestedSession } from './kept-steps.ts';

type Question = Omit<Input<'session.permutation-band'>, 'session'>;

/** Permutations between two looks at other requests. */
const atOnce = 8;
const tail = 0.025;
const seed = 1;

/**
 * Pointwise 95 % of each singular value; groups keep their numbers of samples. Labels are exchanged within classes of the
 * target where the groups are not the target themselves.
 *
 * @returns null where the step kept no Grams that give the quantity, or no label can be exchanged in the batch
 * @throws SpectroscopeError (cancelled); (input) when the file cannot be read
 */
export async function permutationBand(
  file: string,
  question: Question,
  signal: AbortSignal,
): Promise<PermutationBand | null> {
  const session = openTested(file);
  try {
    return await bandOf(session, question, signal);
  } finally {
    session.store.close();
  }
}

async function bandOf(
  session: TestedSession,
  { run, step, layer: index, quantity, scale, permutations }: Question,
  signal: AbortSignal,
): Promise<PermutationBand | null> {
  const { subjects, groupSizes, grams } = readKeptStep(session, run, step);
  const found = grams.find(({ layer }) => layer.stored === index);
  if (found === undefined || !found.layer.regroupable.includes(quantity)) return null;
  const { targetIsGroups, classes, subjects: known } = session.body;
  const byClass = !targetIsGroups && classes.length > 1;
  const labels = [...groupSizes].flatMap((size, group) => new Array<number>(size).fill(group));
  const strata = Array.from(subjects, (subject) => (byClass ? (known[subject]?.target ?? 0) : 0));
  if (!canRelabel(labels, strata)) return null;

  const groups = groupSizes.length;
  const whole = found.layer.layer.view;
  // Of the others no spectra are worked out.
  const view = { ...whole, quantities: whole.quantities.filter((each) => each.quantity === quantity) };
  const values = view.quantities[0]?.values ?? 0;
  const factors = scale === 'raw' ? null : setFactors(found.layer.layer, quantity, groupSizes);
  const random = new SeededRandom(seed);
  /** [groups x values x permutations] */
  const drawn = new Float32Array(groups * values * permutations).fill(Number.NaN);
  for (let permutation = 0; permutation < permutations; permutation++) {
    const shuffled = shuffledLabels(labels, strata, random);
    const { row, layout } = regroupRow(view, found.kept, [...shuffled], groups);
    for (let group = 0; group < groups; group++) {
      const start = spectrumOffset(layout, quantity, group);
      for (let value = 0; value < values; value++) {
        const at = (group * values + value) * permutations + permutation;
        drawn[at] = (row[start + value] ?? Number.NaN) * (factors?.[group] ?? 1);
      }
    }
    if (permutation % atOnce !== 0) continue;
    await setImmediate();
    if (signal.aborted) throw cancelled(t('The permutation band'));
  }
  const ends = Array.from({ length: groups * values }, (_, at) =>
    percentiles(drawn.subarray(at * permutations, (at + 1) * permutations)),
  );
  return {
    groups: session.body.study.groups.groups.map(({ name }) => name),
    values,
    low: Float32Array.from(ends, ([low]) => low),
    high: Float32Array.from(ends, ([, high]) => high),
    permutations,
    within: byClass ? 'class' : 'all',
  };
}

/** NaN where any permutation has no such value: the number of samples decides how many there are. */
function percentiles(values: Float32Array): [number, number] {
  if (values.some((value) => Number.isNaN(value))) return [Number.NaN, Number.NaN];
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [at(tail), at(1 - tail)];
}
