/** JSON sidecars of BIDS tables: descriptions of columns and the names of coded values. */
import * as v from 'valibot';

const entrySchema = v.object({
  LongName: v.optional(v.string()),
  Description: v.optional(v.string()),
  /** Code -> name, or code -> { Description } (BIDS 1.8). */
  Levels: v.optional(v.record(v.string(), v.unknown())),
});

export interface ColumnNotes {
  description: string;
  levels: Record<string, string>;
}

/** @param json the parsed sidecar; entries that do not describe a column are left out */
export function parseSidecar(json: unknown): Map<string, ColumnNotes> {
  const notes = new Map<string, ColumnNotes>();
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return notes;
  for (const [column, entry] of Object.entries(json)) {
    const parsed = v.safeParse(entrySchema, entry);
    if (!parsed.success) continue;
    const { LongName, Description, Levels } = parsed.output;
    notes.set(column, { description: Description ?? LongName ?? '', levels: levelNames(Levels ?? {}) });
  }
  return notes;
}

function levelNames(levels: Record<string, unknown>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [code, level] of Object.entries(levels)) {
    if (typeof level === 'string') named[code.trim()] = level.trim();
    else if (
      typeof level === 'object' &&
      level !== null &&
      'Description' in level &&
      typeof level.Description === 'string'
    ) {
      named[code.trim()] = level.Description.trim();
    }
  }
  return named;
}
