/** The steps of a preparation, one after another. */
import type { PreparationSettings } from '#app/run/preparation.ts';
import { preparationSteps } from './registry.ts';
import type { Rows } from './rows.ts';
import type { FittedStep } from './step.ts';

/**
 * Fits each step on the training rows as the steps before it left them, and applies it to all rows.
 *
 * @param rows `values` are changed in place
 * @returns the steps that were done
 * @throws SpectroscopeError (kind 'setting') when a step cannot be fitted on these rows
 */
export function fitChain(rows: Rows, training: readonly number[], settings: PreparationSettings): FittedStep[] {
  return preparationSteps.flatMap((step) => {
    const fitted = step.fit(rows, training, settings);
    fitted?.apply(rows);
    return fitted === null ? [] : [fitted];
  });
}

/** The chain of a session or an exported model, for rows that it was not fitted on. */
export function restoreChain(stored: readonly { step: string }[]): FittedStep[] {
  return stored.map((each) => {
    const step = preparationSteps.find(({ name }) => name === each.step);
    if (step === undefined) throw new Error(`There is no step of preparation named ${each.step}.`);
    return step.restore(each);
  });
}

export function applyChain(chain: readonly FittedStep[], rows: Rows): void {
  for (const step of chain) step.apply(rows);
}
