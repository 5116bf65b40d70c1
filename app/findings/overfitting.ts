/** The validation loss goes up while training goes on, and which group drives the training meanwhile. */
import type { Finding } from '#app/contract/findings.ts';
import { t } from '#app/text/text.ts';
import type { RunCourse } from './course.ts';

/** Said once so many epochs and so much of the loss are between the lowest and the newest. */
const leastEpochs = 5;
const leastRise = 1.1;
/** A group with this part of the groups' energy, and this much more than its even share, dominates. */
const dominantShare = 0.6;
const beyondEven = 1.2;

export function overfitting(run: RunCourse): Finding[] {
  const rows = run.epochs.filter((row) => row.run === run.run && row.validation.loss !== null);
  const losses = rows.map((row) => row.validation.loss ?? Number.NaN);
  const lowest = losses.indexOf(Math.min(...losses));
  const [best, newest] = [rows[lowest], rows.at(-1)];
  if (best === undefined || newest === undefined || losses.length - 1 - lowest < leastEpochs) return [];
  const [bestLoss, newestLoss] = [losses[lowest] ?? Number.NaN, losses.at(-1) ?? Number.NaN];
  if (!(newestLoss >= leastRise * bestLoss)) return [];
  // Where the training loss rises too, the network unlearns, which is no over-fitting.
  if (!((newest.training.loss ?? Number.NaN) < (best.training.loss ?? Number.NaN))) return [];
  const steps = { first: best.step, last: newest.step };
  const dominant = dominantGroup(run, steps.first);
  const training = [best, newest].map(({ training: { loss } }) => number(loss));
  const course = t(
    'The validation loss was lowest in epoch {best} ({bestLoss}) and is {newestLoss} in epoch {newest}, while the training loss went from {before} to {after}: what is learned since then does not carry over to other subjects.',
    {
      best: best.epoch + 1,
      bestLoss: number(bestLoss),
      newest: newest.epoch + 1,
      newestLoss: number(newestLoss),
      before: training[0] ?? '',
      after: training[1] ?? '',
    },
  );
  const text = dominant === null ? course : `${course} ${dominant.text}`;
  const group = dominant?.group ?? null;
  const chart = t('Loss');
  return [{ kind: 'over-fitting', run: run.run, steps, layer: null, quantity: null, group, chart, text }];
}

/** Of the gradients of all layers, size-normalised, from a step on. */
function dominantGroup({ sets, columns }: RunCourse, from: number): { group: string; text: string } | null {
  const energies = new Map<string, number>();
  for (const { group, quantity, energy } of sets) {
    if (group === null || quantity !== 'gradient') continue;
    let sum = energies.get(group) ?? 0;
    columns.forEach(({ first }, column) => {
      const value = energy[column] ?? Number.NaN;
      if (first >= from && Number.isFinite(value)) sum += value;
    });
    energies.set(group, sum);
  }
  const total = [...energies.values()].reduce((sum, each) => sum + each, 0);
  const [most] = [...energies].sort((a, b) => b[1] - a[1]);
  if (most === undefined || !(total > 0)) return null;
  const share = most[1] / total;
  if (share < dominantShare || share < beyondEven / energies.size) return null;
  return {
    group: most[0],
    text: t('Since then {percent} % of the energy of the groups’ gradients, size-normalised, is that of {group}.', {
      percent: Math.round(100 * share),
      group: most[0],
    }),
  };
}

function number(value: number | null): string {
  return value === null ? t('none') : String(Number(value.toPrecision(3)));
}
