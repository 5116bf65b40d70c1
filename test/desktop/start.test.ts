/** The first look: the window that `npm start` opens, and the one of a person who starts with nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './app.ts';

let app: RunningApp;
afterEach(async () => {
  await app.close();
});

describe('the window', () => {
  it('opens on the bundled sample when it is started so', async () => {
    app = await launchApp({ arguments: ['--sample', 'ucla-cnp-cognition'] });
    await app.page.getByText('180 subjects').first().waitFor({ timeout: 30_000 });
    expect(await app.page.title()).toContain('Spectroscope');
    expect(app.errors).toEqual([]);
  });

  it('offers a sample, a new study and a session, and nothing else, on the first run', async () => {
    app = await launchApp();
    const { page } = app;
    await page.getByRole('button', { name: /LESYMAP/ }).waitFor({ timeout: 30_000 });
    const headings = await page.getByRole('heading').allInnerTexts();
    expect(headings).toEqual(['Open a sample study', 'New study', 'Open a session']);
  });

  it('is sandboxed: no Node, no require, and nothing of the network', async () => {
    app = await launchApp();
    const found = await app.page.evaluate(async () => {
      const scope = globalThis as unknown as Record<string, unknown> & { fetch(address: string): Promise<unknown> };
      const answers = await Promise.all(
        ['https://example.org/', 'file:///etc/passwd', 'http://127.0.0.1:9/'].map((address) =>
          scope.fetch(address).then(
            () => 'answered',
            () => 'refused',
          ),
        ),
      );
      return { require: typeof scope['require'], process: typeof scope['process'], answers };
    });
    expect(found).toEqual({ require: 'undefined', process: 'undefined', answers: ['refused', 'refused', 'refused'] });
  });

  it('may not name a path: the shell refuses it', async () => {
    app = await launchApp();
    const reply = await app.page.evaluate(async () => {
      const scope = globalThis as unknown as {
        spectroscope: {
          request(operation: string, input: unknown): Promise<{ ok: boolean; error?: { code: string } }>;
        };
      };
      return await scope.spectroscope.request('study.import', {
        paths: [{ path: '/etc/passwd' }],
        table: null,
        idColumn: null,
        fileColumn: null,
      });
    });
    expect(reply.ok).toBe(false);
    expect(reply.error?.code).toBe('path-from-window');
  });
});
