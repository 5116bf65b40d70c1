import { describe, expect, it } from 'vitest';
import { ESLint } from 'eslint';

const eslint = new ESLint({ cwd: process.cwd() });

/** Lints `text` as if it stood in `file`, with the project's own configuration. */
async function complaints(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: file });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId?.startsWith('spectroscope/') || ruleId?.startsWith('no-restricted'))
    .map(({ message }) => message);
}

const core = 'app/contract/errors.ts';

describe('the direction of imports is a lint failure', () => {
  it.each([
    [core, `import '../../main/client/locations.ts';`, 'app may not import main/client/locations.ts'],
    [core, `import 'node:fs';`, "app may not import 'node:fs'"],
    [core, `import '@tensorflow/tfjs-node-gpu';`, "app may not import '@tensorflow/tfjs-node-gpu'"],
    [core, `export * from '../../renderer/state/client.ts';`, 'app may not import renderer/state/client.ts'],
    ['renderer/state/client.ts', `import '../../main/client/locations.ts';`, 'renderer may not import main/client'],
    ['renderer/state/client.ts', `import 'node:path';`, "renderer may not import 'node:path'"],
    ['main/shell/main.ts', `import '../engine/engine.ts';`, 'main may not import main/engine/engine.ts'],
    ['main/shell/main.ts', `await import('../engine/engine.ts');`, 'main may not import main/engine/engine.ts'],
    ['main/client/locations.ts', `import '../../renderer/state/client.ts';`, 'main may not import renderer'],
    ['main/shell/main.ts', `import '@tensorflow/tfjs-node-gpu';`, "main may not import '@tensorflow/tfjs-node-gpu'"],
    ['main/engine/engine.ts', `import '../shell/main.ts';`, 'main/engine may not import main/shell/main.ts'],
    ['main/engine/engine.ts', `import 'electron';`, "main/engine may not import 'electron'"],
    ['main/engine/engine.ts', `import 'fs';`, "Write 'node:fs'"],
  ])('%s: %s', async (file, text, expected) => {
    expect(await complaints(file, text)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['Math.random();', 'seeded generator'],
    ['Date.now();', 'no clock'],
    ['new Date();', 'no clock'],
    ['process.exit();', 'no Node'],
    ['document.title;', 'no DOM'],
  ])('the core may not use %s', async (text, expected) => {
    expect(await complaints(core, text)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [core, `import '#app/study/study.ts';`],
    [core, `import 'valibot';`],
    ['renderer/state/client.ts', `import '#app/contract/errors.ts';`],
    ['main/shell/main.ts', `import '../client/engine-client.ts';`],
    ['main/engine/engine.ts', `import './device/tensorflow.ts';`],
    ['vitest.config.ts', `import './main/engine/engine.ts';`],
  ])('%s may say %s', async (file, text) => {
    expect(await complaints(file, text)).toEqual([]);
  });
});

describe('text that a person reads goes through t', () => {
  const page = 'renderer/state/settings.ts';
  it.each([
    `export const title = 'Nothing was chosen';`,
    'export const title = (n: number) => `${n} left`;',
    `export const title = 'Light';`,
  ])('%s is refused', async (text) => {
    expect(await complaints(page, text)).toEqual([expect.stringContaining('is read by a person')]);
  });

  it.each([
    `import { t } from '#app/text/text.ts'; export const title = t('Nothing was chosen');`,
    `export const classes = 'remark error';`,
    `export const isEnd = (key: string) => key === 'End of all';`,
    `console.error('This is for the developer');`,
    'export const id = (n: number) => `layer-${n}`;',
    `export const term = { formula: 'A, rows × inputs', source: 'Roy & Vetterli, EUSIPCO 2007' };`,
    'export const found = (at: string) => document.querySelector(`main ${at}`);',
  ])('%s is accepted', async (text) => {
    expect(await complaints(page, text)).toEqual([]);
  });
});
