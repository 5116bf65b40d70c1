/** Looks at a training in hand, in its session file. */
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { looksPlanSchema, lookSchema, type Look, type LooksPlan } from '#app/contract/early-signs.ts';
import { openDatabase, translating } from './database.ts';
import { setMeta } from './header.ts';

/** Begins the looks of a training: those of a training that goes on are made again from what stays of it. */
export function beginLooks(file: string, plan: LooksPlan): void {
  withDatabase(file, 'write', (database) => {
    setMeta(database, 'looks', plan);
    database.exec('DELETE FROM look');
  });
}

export function storeLook(file: string, look: Look): void {
  withDatabase(file, 'write', (database) => {
    database
      .prepare('INSERT OR REPLACE INTO look (look, steps, found) VALUES (?, ?, ?)')
      .run(look.look, look.steps, JSON.stringify(look));
  });
}

/** @returns plan null: none were planned */
export function storedLooks(file: string): { plan: LooksPlan | null; looks: Look[] } {
  return withDatabase(file, 'read', (database) => {
    const plan = database.prepare("SELECT value FROM meta WHERE name = 'looks'").get();
    const looks = database.prepare('SELECT found FROM look ORDER BY look').all();
    return {
      plan: plan === undefined ? null : v.parse(looksPlanSchema, json(plan['value'])),
      looks: looks.map(({ found }) => v.parse(lookSchema, json(found))),
    };
  });
}

function withDatabase<T>(file: string, mode: 'read' | 'write', work: (database: DatabaseSync) => T): T {
  return translating(file, () => {
    const database = openDatabase(file, mode);
    try {
      return work(database);
    } finally {
      database.close();
    }
  });
}

function json(text: unknown): unknown {
  return JSON.parse(String(text)) as unknown;
}
