/** Data of the first fold, made ready before a session is begun: who stops meanwhile leaves none. */
import { cancelled } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { FitProgress } from '../rows/row-reader.ts';
import type { Control } from './control.ts';
import type { FoldData } from './fold-data.ts';
import type { FoldSetup } from './fold-trainer.ts';
import { fittedFold } from './training.ts';

/** @throws SpectroscopeError (cancelled) when training was stopped meanwhile: no session was begun */
export async function firstFold(
  folds: readonly FoldSetup[],
  control: Control,
  progress: (progress: FitProgress) => void,
): Promise<FoldData | null> {
  const [first] = folds;
  if (first === undefined) return null;
  const data = await fittedFold(first, control, progress);
  if (data === null) throw cancelled(t('Training'));
  return data;
}

/** Closes the data where the work fails that would have taken them over. */
export async function closedOnFailure<T>(data: FoldData | null, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    data?.close();
    throw error;
  }
}
