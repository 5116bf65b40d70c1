/** Names what stands out in a run: over-fitting, collapsed spectra, dead and saturated layers. */
import type { Finding } from '#app/contract/findings.ts';
import { quantityWord } from '#app/run/quantity-word.ts';
import { t } from '#app/text/text.ts';
import { heldFrom, largestBefore, type RunCourse, type SetCourse } from './course.ts';
import { overfitting } from './overfitting.ts';
import { collapseText, deadText, saturationText } from './texts.ts';

/** Fewer values than this are few by construction: two classes allow two. */
const fewestValues = 4;
/** One direction, but for a tenth. */
const collapsedRank = 1.1;
/** What it must have been before, to have fallen. */
const uncollapsedRank = 2;
/** Of the largest energy before it: |G| has fallen to a thousandth. */
const saturatedShare = 1e-6;
/** Part of a run's columns that a finding must hold for, to its end. */
const leastPart = 0.1;
const leastColumns = 3;

/** @returns findings of all samples before those of single groups, which are left out where they say the same */
export function findingsOf(run: RunCourse): Finding[] {
  const dead = eachSet(run, deadFinding);
  const isDead = ({ layer, group }: Finding): boolean =>
    dead.some((each) => each.layer === layer && (each.group === null || each.group === group));
  const saturated = eachSet(run, saturationFinding).filter((each) => !isDead(each));
  const collapsed = eachSet(run, collapseFinding).filter((each) => !isDead(each));
  return [...overfitting(run), ...dead, ...collapsed, ...saturated];
}

type Find = (set: SetCourse, run: RunCourse) => Finding | null;

function eachSet(run: RunCourse, find: Find): Finding[] {
  const found = run.sets.flatMap((set) => find(set, run) ?? []);
  const ofAll = found.filter(({ group }) => group === null);
  const said = new Set(ofAll.map(({ layer, quantity }) => `${layer ?? ''} ${quantity ?? ''}`));
  return [
    ...ofAll,
    ...found.filter(({ group, layer, quantity }) => group !== null && !said.has(`${layer ?? ''} ${quantity ?? ''}`)),
  ];
}

function deadFinding(set: SetCourse, run: RunCourse): Finding | null {
  const from = heldFrom(set.energy, (energy) => energy === 0);
  if (!holdsLong(run, from)) return null;
  return finding('dead', set, run, from, t('Energy'), deadText(set, stepOf(run, from)));
}

function saturationFinding(set: SetCourse, run: RunCourse): Finding | null {
  if (set.quantity !== 'gradient') return null;
  // An energy beyond float32 is of a gradient that grew without bounds: nothing has fallen from it.
  const most = largestBefore(Array.from(set.energy, finiteOr), set.energy.length);
  const from = heldFrom(set.energy, (energy) => energy <= saturatedShare * most);
  if (!holdsLong(run, from)) return null;
  return finding('saturation', set, run, from, t('Energy'), saturationText(set, stepOf(run, from)));
}

function finiteOr(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

function collapseFinding(set: SetCourse, run: RunCourse): Finding | null {
  if (set.possible < fewestValues) return null;
  const from = heldFrom(set.effectiveRank, (rank) => rank > 0 && rank <= collapsedRank);
  if (!holdsLong(run, from)) return null;
  const before = largestBefore(set.effectiveRank, from);
  if (!(before >= uncollapsedRank)) return null;
  return finding('collapse', set, run, from, t('Effective rank'), collapseText(set, before, stepOf(run, from)));
}

function holdsLong({ columns }: RunCourse, from: number): boolean {
  return from >= 0 && columns.length - from >= Math.max(leastColumns, leastPart * columns.length);
}

function stepOf({ columns }: Pick<RunCourse, 'columns'>, column: number): number {
  return columns[column]?.first ?? 0;
}

function finding(
  kind: Finding['kind'],
  { layer, quantity, group }: SetCourse,
  { run, columns }: RunCourse,
  from: number,
  summary: string,
  text: string,
): Finding {
  const steps = { first: stepOf({ columns }, from), last: columns.at(-1)?.last ?? 0 };
  const chart = `${summary}, ${quantityWord(quantity)}, ${layer}`;
  return { kind, run, steps, layer, quantity, group, chart, text };
}
