import { resolve } from 'node:path';
import type { Input } from '#app/contract/operations.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

export interface ExportOptions {
  what: Input<'session.export'>['what'] | 'model';
  run: number;
  format: Input<'session.export'>['format'];
  out: string;
}

export async function exportCommand(terminal: Terminal, file: string, options: ExportOptions): Promise<number> {
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const { what, run } = options;
    if (what === 'model') {
      const folder = resolve(options.out);
      const answer = await engine.request('session.export-model', { session, run, folder: { path: folder } });
      terminal.result({ folder, what, run, ...answer }, [
        `${answer.files.join(', ')} written to ${options.out}.`,
        ...answer.unmapped.map(({ layer, reason }) => `No model.json: ${layer}: ${reason}.`),
      ]);
      return 0;
    }
    const { rows } = await engine.request(
      'session.export',
      { session, what, format: options.format, file: { path: resolve(options.out) } },
      interrupted,
    );
    const document = { file: resolve(options.out), what: options.what, format: options.format, rows };
    terminal.result(document, [`${rows} rows of ${options.what} written to ${options.out}.`]);
    return 0;
  });
}
