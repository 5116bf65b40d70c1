/** One item of a reporting guideline. */
import type { ReportMaterial } from './material.ts';

export interface ChecklistItem {
  number: string;
  topic: string;
  /** What the session knows; null: to be filled in by the authors. */
  known: (material: ReportMaterial) => string | null;
  /** Whether that is all that the item asks; otherwise the authors complete it. */
  isWhole?: boolean;
}

/** Most items are about what happened before and around the data. */
export const notKnown = (): null => null;
