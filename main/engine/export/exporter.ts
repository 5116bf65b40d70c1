/** What a format is asked for. */
import type { ExportAnswer, ExportTableName, ExportWhat } from '#app/contract/export.ts';
import type { SessionStore } from '../session/store.ts';

export interface ExportJob {
  store: SessionStore;
  what: ExportWhat;
  parts: ReadonlySet<ExportTableName>;
  /** Where to write, and the final name, for messages. */
  path: string;
  name: string;
  /** Tells how many stored records are to be read; `done` is called after each. */
  expect(records: number): void;
  done(): void;
}

export type Exporter = (job: ExportJob) => ExportAnswer | Promise<ExportAnswer>;
