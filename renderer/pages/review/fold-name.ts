/** What a run of a session is called. */
import { t } from '#app/text/text.ts';

/** 'fold 2', or 'repeat 1, fold 2'. @param repeat null where all folds are run once */
export function foldName(fold: number, repeat: number | null): string {
  return repeat === null ? t('fold {fold}', { fold }) : t('repeat {repeat}, fold {fold}', { repeat, fold });
}
