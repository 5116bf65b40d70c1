/** A session file that is open for reading, with what every query needs to know of it read once. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { loadLayers, loadScalarNames, loadSets } from './header.ts';
import { openDatabase, translating } from './database.ts';
import { finestLevel } from './overview.ts';
import type { StoredLayer } from './measures.ts';

export class SessionStore {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly layers: readonly StoredLayer[];
  /** Groups in stored order, then 'all'. */
  readonly sets: readonly string[];
  readonly scalars: readonly string[];
  /** Finest overview level of what is captured. */
  readonly finest: number;
  private readonly identity: bigint | null;
  private readonly statements = new Map<string, StatementSync>();

  /** @throws SpectroscopeError as `openDatabase` */
  constructor(file: string) {
    this.file = file;
    this.identity = identityOf(file);
    this.database = openDatabase(file, 'read');
    try {
      const { layers, sets, scalars, captureEvery } = translating(file, () => ({
        layers: loadLayers(this.database),
        ...loadSets(this.database),
        scalars: loadScalarNames(this.database),
      }));
      this.layers = layers;
      this.sets = sets;
      this.scalars = scalars;
      this.finest = finestLevel(captureEvery);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** A prepared statement, kept for the next query of the same text. */
  statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  layer(index: number): StoredLayer {
    const layer = this.layers[index];
    if (layer === undefined) {
      throw inputError(
        'no-such-layer',
        t('{file} has no layer {index}; it has {layers}.', {
          file: basename(this.file),
          index,
          layers: this.layers.length,
        }),
        {
          file: basename(this.file),
          field: 'layer',
        },
      );
    }
    return layer;
  }

  /** Steps stored of a run: the last is one less. */
  steps(run: number): number {
    const row = this.statement('SELECT steps FROM run WHERE run = ?').get(run);
    if (row === undefined) {
      throw inputError('no-such-run', t('{file} has no run {run}.', { file: basename(this.file), run }), {
        file: basename(this.file),
        field: 'run',
      });
    }
    return Number(row['steps']);
  }

  /** Whether the name stands for another file by now, or for none. */
  isStale(): boolean {
    return identityOf(this.file) !== this.identity;
  }

  close(): void {
    this.database.close();
  }
}

function identityOf(file: string): bigint | null {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
