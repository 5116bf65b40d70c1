import type { Study, Subject } from './study.ts';

/** Whether there is anything of a subject that a network can be fed. */
export function hasData({ kind }: Pick<Study, 'kind'>, { scan, series }: Pick<Subject, 'scan' | 'series'>): boolean {
  switch (kind) {
    case 'table':
      return true;
    case 'volumes':
      return scan !== null;
    case 'series':
    case 'matrices':
      return series !== undefined;
  }
}
