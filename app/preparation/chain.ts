/** The steps of a preparation, one after another. */
import type { PreparationSettings } from '#app/run/preparation.ts';
import { compact } from './numbers.ts';
import { preparationSteps } from './registry.ts';
import type { RowPasses, Rows } from './rows.ts';
import type { FittedStep } from './step.ts';

/**
 * Fits each step on the training rows as the steps before it left them, and applies it to all rows.
 *
 * @param rows `values` are changed in place
 * @returns the steps that were done
 * @throws SpectroscopeError (kind 'setting') when a step cannot be fitted on these rows
 */
export function fitChain(rows: Rows, training: readonly number[], settings: PreparationSettings): FittedStep[] {
  const passes = passesOf(rows);
  return preparationSteps.flatMap((step) => {
    const fitted = step.fit(passes, training, settings);
    if (fitted === null) return [];
    applyChain([fitted], rows);
    return [fitted];
  });
}

/**
 * The same for rows that are never in memory together: each pass reads them again and does the steps so far on the fly.
 *
 * @param passes of rows without missing values, which may be changed once they were given: nothing is imputed
 * @returns the steps, their long arrays in float32
 * @throws SpectroscopeError (kind 'setting') when a step cannot be fitted on these rows
 */
export function fitStreamed(
  passes: RowPasses,
  training: readonly number[],
  settings: PreparationSettings,
): FittedStep[] {
  const chain: FittedStep[] = [];
  for (const step of preparationSteps) {
    if (step.name === 'impute') continue;
    const fitted = step.fit(changedBy(chain, passes), training, settings);
    // What is fitted after it sees what it will do once it is read back.
    if (fitted !== null) chain.push(step.restore(compact(fitted.stored)));
  }
  return chain;
}

/** Rows as a chain leaves them. */
export function changedBy(chain: readonly FittedStep[], passes: RowPasses): RowPasses {
  const changes = chain.map((step) => step.change(passes));
  return {
    ...passes,
    each: (rows, visit) =>
      passes.each(rows, (values, raw, place) => {
        for (const change of changes) change(values, rows[place] ?? 0);
        visit(values, raw, place);
      }),
  };
}

/** The chain of a session or an exported model, for rows that it was not fitted on. */
export function restoreChain(stored: readonly { step: string }[]): FittedStep[] {
  return stored.map((each) => {
    const step = preparationSteps.find(({ name }) => name === each.step);
    // eslint-disable-next-line spectroscope/bare-text -- a fault of ours
    if (step === undefined) throw new Error(`There is no step of preparation named ${each.step}.`);
    return step.restore(each);
  });
}

export function applyChain(chain: readonly FittedStep[], rows: Rows): void {
  const { values, width } = rows;
  for (const change of chain.map((step) => step.change(rows))) {
    for (let row = 0; row * width < values.length; row++) change(values.subarray(row * width, (row + 1) * width), row);
  }
}

/** Rows that are in memory, which is what makes several of their passes cheap. */
export function passesOf({ raw, values, ...facts }: Rows): RowPasses {
  const { width } = facts;
  return {
    ...facts,
    each: (rows, visit) =>
      rows.forEach((row, place) => {
        visit(values.subarray(row * width, (row + 1) * width), raw.subarray(row * width, (row + 1) * width), place);
      }),
  };
}
