/** Relabellings of the subjects of several sessions, the same ones at every step. */
import { canRelabel, drawKeys, exchangeable, relabel } from '#app/inference/relabel.ts';
import { settingError } from '#app/contract/errors.ts';
import { SeededRandom } from '#app/run/random.ts';
import { requireColumn } from '#app/study/labelling.ts';
import type { SessionBody } from '../session/header.ts';
import type { KeptStep, TestedSession } from './kept-steps.ts';

/** null: labels are exchanged among all; 'class': within a class of the target; otherwise a column of the study. */
export type Strata = null | { kind: 'class' } | { kind: 'column'; column: string };

export class Labellings {
  /** The observed one among them. */
  readonly count: number;
  /** Of each permutation, by subject. */
  private readonly keys: Float64Array[];
  private readonly positions = new Map<string, number>();
  private readonly strata = new Map<TestedSession, Int32Array>();

  /** @throws SpectroscopeError (setting) 'nothing-to-permute' when strata and groups are the same division */
  constructor(sessions: readonly TestedSession[], permutations: number, seed: number, strata: Strata) {
    this.count = permutations + 1;
    for (const session of sessions) {
      for (const { id } of session.body.subjects) {
        if (!this.positions.has(id)) this.positions.set(id, this.positions.size);
      }
      const of = strataOf(session.body, strata);
      this.strata.set(session, Int32Array.from(of));
      const groups = session.body.subjects.map(({ group }) => group);
      if (!canRelabel(groups, of)) {
        throw settingError(
          'nothing-to-permute',
          `${session.name}: within each stratum all subjects are in one group, so no label can be exchanged. Choose other strata, or none.`,
          { field: 'strata', expected: 'strata with subjects of several groups' },
        );
      }
    }
    const random = new SeededRandom(seed);
    this.keys = Array.from({ length: permutations }, () => drawKeys(this.positions.size, random));
  }

  /** The samples of a step sorted by group under each labelling [labellings x samples], the observed one first. */
  ordersOf({ session, subjects }: KeptStep): Int32Array {
    const samples = subjects.length;
    const orders = new Int32Array(this.count * samples);
    for (let sample = 0; sample < samples; sample++) orders[sample] = sample;
    const all = this.strata.get(session) ?? new Int32Array();
    const places = exchangeable(subjects.map((subject) => all[subject] ?? 0));
    const at = Array.from(subjects, (subject) => this.positions.get(session.body.subjects[subject]?.id ?? '') ?? 0);
    const keyOf = new Float64Array(samples);
    this.keys.forEach((keys, permutation) => {
      at.forEach((position, sample) => (keyOf[sample] = keys[position] ?? 0));
      relabel(places, keyOf, orders.subarray((permutation + 1) * samples, (permutation + 2) * samples));
    });
    return orders;
  }
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
