import { existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { settingError } from '#app/contract/errors.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

export interface RegroupOptions {
  /** A column of the session's study, or a table of subjects and groups. */
  by: string;
  title?: string;
  overwrite?: boolean;
  out: string;
}

export async function regroupCommand(terminal: Terminal, file: string, options: RegroupOptions): Promise<number> {
  const out = resolve(options.out);
  // What was there before stays until the new session is whole.
  const partial = `${out}.partial`;
  if (existsSync(out)) {
    if (options.overwrite !== true || out === resolve(file)) {
      throw settingError('session-exists', `${options.out} exists already: choose another name or give --overwrite.`, {
        field: 'out',
      });
    }
  }
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    rmSync(partial, { force: true });
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const answer = await engine.request(
      'session.regroup',
      {
        session,
        by: isTable(options.by)
          ? { kind: 'table', file: { path: resolve(options.by) } }
          : { kind: 'column', column: options.by },
        title: options.title ?? null,
        file: { path: partial },
      },
      interrupted,
    );
    renameSync(partial, out);
    const { groups, steps, layers } = answer;
    terminal.result({ file: out, groups, steps, layers }, [
      `${steps} steps regrouped into ${groups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ')}: ${options.out}`,
      ...layers.map(({ name, regrouped }) =>
        regrouped.length === 0
          ? `  ${name}: alignment of the gradients only; its spectra need a training with these groups`
          : `  ${name}: ${regrouped.join(', ')}`,
      ),
    ]);
    return 0;
  });
}

function isTable(by: string): boolean {
  return /\.(tsv|csv|txt)$/i.test(by);
}
