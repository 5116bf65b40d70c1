/** Relabellings of the subjects of several sessions, the same ones at every step. */
import { canRelabel, shuffledLabels, sortByGroup } from '#app/inference/relabel.ts';
import { inputError, settingError } from '#app/contract/errors.ts';
import { SeededRandom } from '#app/run/random.ts';
import { smallestStratifiedP } from '#app/statistics/permutations.ts';
import { requireColumn } from '#app/study/labelling.ts';
import { t } from '#app/text/text.ts';
import type { SessionBody } from '../session/header.ts';
import type { KeptStep, TestedSession } from './kept-steps.ts';

/** null: labels are exchanged among all; 'class': within a class of the target; otherwise a column of the study. */
export type Strata = null | { kind: 'class' } | { kind: 'column'; column: string };

export interface LabelledStep {
  /** The samples of the step sorted by group under each labelling [labellings x samples], the observed one first. */
  orders: Int32Array;
  /** Of each labelling [labellings x groups]. */
  groupSizes: Int32Array;
  /** Samples of each stratum in each group [labellings x groups x strata]. */
  strataSizes: Int32Array;
  strata: number;
}

export class Labellings {
  /** The observed one among them. */
  readonly count: number;
  /** Of each permutation, by subject of all sessions. */
  private readonly labels: Int32Array[];
  private readonly positions = new Map<string, number>();
  private readonly groupOf: readonly number[];
  /** By subject of all sessions, from 0. */
  private readonly stratumOf: readonly number[];
  private readonly strata: number;

  /**
   * @throws SpectroscopeError (setting) 'nothing-to-permute' when strata and groups are the same division; 'no-classes'
   *   when strata are the classes of a session that learns none; (input)
   *   'sessions-differ' when a subject is in other groups in other sessions
   */
  constructor(sessions: readonly TestedSession[], permutations: number, seed: number, strata: Strata) {
    this.count = permutations + 1;
    const groupOf: number[] = [];
    const stratumOf: number[] = [];
    for (const { name, body } of sessions) {
      const groups = body.subjects.map(({ group }) => group);
      if (strata?.kind === 'class' && body.configuration.task.kind !== 'classification') throw noClasses(name);
      const of = strataOf(body, strata);
      if (!canRelabel(groups, of)) throw nothingToPermute(name);
      body.subjects.forEach(({ id }, subject) => {
        const known = this.positions.get(id);
        if (known !== undefined && groupOf[known] !== groups[subject]) throw otherGroup(name, id);
        if (known !== undefined) return;
        this.positions.set(id, this.positions.size);
        groupOf.push(groups[subject] ?? 0);
        stratumOf.push(of[subject] ?? 0);
      });
    }
    this.groupOf = groupOf;
    this.stratumOf = stratumOf;
    this.strata = 1 + Math.max(0, ...stratumOf);
    const random = new SeededRandom(seed);
    this.labels = Array.from({ length: permutations }, () => shuffledLabels(groupOf, stratumOf, random));
  }

  /** Of a test of two groups: no smaller share of the ways to divide their subjects within the strata can be reached. */
  smallestP([g, h]: readonly [number, number]): number {
    const sizes = Array.from({ length: this.strata }, (): [number, number] => [0, 0]);
    this.groupOf.forEach((group, subject) => {
      const of = sizes[this.stratumOf[subject] ?? 0];
      if (of === undefined) return;
      if (group === g) of[0] += 1;
      if (group === h) of[1] += 1;
    });
    return smallestStratifiedP(sizes);
  }

  of({ session, subjects, groupSizes: observed }: KeptStep): LabelledStep {
    const [samples, groups] = [subjects.length, observed.length];
    const at = Int32Array.from(
      subjects,
      (subject) => this.positions.get(session.body.subjects[subject]?.id ?? '') ?? 0,
    );
    const orders = new Int32Array(this.count * samples);
    const groupSizes = new Int32Array(this.count * groups);
    for (let sample = 0; sample < samples; sample++) orders[sample] = sample;
    groupSizes.set(observed);
    const labelOf = new Int32Array(samples);
    for (let labelling = 1; labelling < this.count; labelling++) {
      const labels = this.labels[labelling - 1] as Int32Array;
      for (let sample = 0; sample < samples; sample++) labelOf[sample] = labels[at[sample] as number] as number;
      sortByGroup(labelOf, groups, orders, labelling * samples, groupSizes, labelling * groups);
    }
    const stratumOf = at.map((position) => this.stratumOf[position] ?? 0);
    const strataSizes = this.strata === 1 ? groupSizes : sizesOfStrata(orders, groupSizes, stratumOf, this.strata);
    return { orders, groupSizes, strataSizes, strata: this.strata };
  }
}

/** Samples of each stratum in each group [labellings x groups x strata]. */
function sizesOfStrata(orders: Int32Array, groupSizes: Int32Array, stratumOf: Int32Array, strata: number): Int32Array {
  const sizes = new Int32Array(groupSizes.length * strata);
  let place = 0;
  // Groups follow one another in each order, and orders follow one another.
  groupSizes.forEach((size, group) => {
    for (const end = place + size; place < end; place++) {
      const cell = group * strata + (stratumOf[orders[place] as number] as number);
      sizes[cell] = (sizes[cell] as number) + 1;
    }
  });
  return sizes;
}

function otherGroup(name: string, id: string): Error {
  return inputError(
    'sessions-differ',
    t(
      '{name}: {id} is not in the group that it is in in the sessions before. Test sessions of one grouping together.',
      {
        name,
        id,
      },
    ),
    { file: name, expected: t('the same groups, layers and quantities') },
  );
}

function nothingToPermute(name: string): Error {
  return settingError(
    'nothing-to-permute',
    t(
      '{name}: within each stratum all subjects are in one group, so no label can be exchanged. Choose other strata, or none.',
      { name },
    ),
    { field: 'strata', expected: t('strata with subjects of several groups') },
  );
}

function noClasses(name: string): Error {
  return settingError(
    'no-classes',
    t('{name} learns no classes, so labels cannot be exchanged within them: choose a column, or none.', { name }),
    { field: 'strata', expected: t('a column of the study') },
  );
}

function strataOf({ subjects, study }: SessionBody, strata: Strata): number[] {
  if (strata === null) return subjects.map(() => 0);
  if (strata.kind === 'class') return subjects.map(({ target }) => target);
  requireColumn(study, strata.column);
  const valueOf = new Map(study.subjects.map(({ id, values }) => [id, String(values[strata.column] ?? '')]));
  const values = subjects.map(({ id }) => valueOf.get(id) ?? '');
  const distinct = [...new Set(values)];
  return values.map((value) => distinct.indexOf(value));
}
