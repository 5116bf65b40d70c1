/** Requests of the window: the sender is checked, the input parsed, tokens swapped for paths, errors carried as values. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { clipboard, dialog, ipcMain, app, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron';
import * as v from 'valibot';
import { channels } from '#app/contract/channels.ts';
import { SpectroscopeError, serialiseError, type SerialisedError } from '#app/contract/errors.ts';
import type { Answered } from '#app/contract/events.ts';
import { engineOperations, type Answer, type EngineOperation, type ShellOperation } from '#app/contract/operations.ts';
import { shellOperations } from '#app/contract/shell-operations.ts';
import { t } from '#app/text/text.ts';
import type { EngineSupervisor } from './engine-supervisor.ts';
import { mayNavigate } from './policy.ts';
import { printPage } from './print-page.ts';
import type { Settings } from './settings.ts';
import type { StartOptions } from './start-options.ts';
import type { Tokens } from './tokens.ts';
import type { MainWindow } from './window.ts';

interface Parts {
  window: MainWindow;
  engine: EngineSupervisor;
  tokens: Tokens;
  settings: Settings;
  options: StartOptions;
}

type ShellHandlers = {
  [O in ShellOperation]: (input: v.InferOutput<(typeof shellOperations)[O]['input']>) => Promise<Answer<O>> | Answer<O>;
};
type Reply = ({ ok: true } & Answered) | { ok: false; error: SerialisedError };

export function setUpRequests(parts: Parts): void {
  const handlers = shellHandlers(parts);
  ipcMain.handle(channels.request, async (event, operation: unknown, input: unknown): Promise<Reply> => {
    try {
      checkSender(event);
      return { ok: true, ...(await carryOut(parts, handlers, operation, input)) };
    } catch (error) {
      const serialised = serialiseError(error);
      if (serialised.kind === 'fault') console.error(error);
      return { ok: false, error: serialised };
    }
  });
  ipcMain.handle(channels.dropped, (event, path: unknown) => {
    checkSender(event);
    return typeof path === 'string' && path !== '' ? parts.tokens.give(path) : null;
  });
}

function checkSender(event: IpcMainInvokeEvent): void {
  if (event.senderFrame === null || !mayNavigate(event.senderFrame.url)) {
    throw new SpectroscopeError('usage', 'foreign-sender', 'A request came from a page that is not ours.');
  }
}

async function carryOut(parts: Parts, handlers: ShellHandlers, operation: unknown, input: unknown): Promise<Answered> {
  if (typeof operation === 'string' && Object.hasOwn(shellOperations, operation)) {
    const name = operation as ShellOperation;
    const handler = handlers[name] as (input: unknown) => unknown;
    return { answer: await handler(v.parse(shellOperations[name].input, input)) };
  }
  if (typeof operation === 'string' && Object.hasOwn(engineOperations, operation)) {
    return await parts.engine.forward(operation as EngineOperation, parts.tokens.resolve(input));
  }
  throw new SpectroscopeError('usage', 'unknown-operation', `There is no operation '${String(operation)}'.`);
}

const choices = (): Readonly<Record<string, OpenDialogOptions>> => ({
  folder: { title: t('Open a folder of scans or a BIDS tree'), properties: ['openDirectory'] },
  'export-folder': {
    title: t('Choose a folder to write to'),
    properties: ['openDirectory', 'createDirectory'],
    buttonLabel: t('Write here'),
  },
  model: {
    title: t('Open a model of TensorFlow.js'),
    properties: ['openFile'],
    filters: [{ name: t('Layers model (model.json)'), extensions: ['json'] }],
  },
  'moved-files': { title: t('Choose the folder that holds the files now'), properties: ['openDirectory'] },
  scans: {
    title: t('Open scans or series'),
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: t('Scans and series'), extensions: ['nii', 'gz', 'img', 'mgh', 'mgz', '1D', 'npy', 'npz', 'mat'] },
    ],
  },
  atlas: {
    title: t('Open an atlas or a mask'),
    properties: ['openFile'],
    filters: [{ name: t('Label image'), extensions: ['nii', 'gz', 'img', 'hdr', 'mgh', 'mgz'] }],
  },
  'atlas-names': {
    title: t('Open the names of the labels'),
    properties: ['openFile'],
    filters: [{ name: t('Names of labels'), extensions: ['tsv', 'csv', 'txt', 'xml'] }],
  },
  table: {
    title: t('Open tables'),
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: t('Tables'), extensions: ['csv', 'tsv', 'txt', 'table', 'xlsx'] }],
  },
  study: { title: t('Open a study'), properties: ['openFile'], filters: [{ name: t('Study'), extensions: ['json'] }] },
  session: {
    title: t('Open a session'),
    properties: ['openFile'],
    filters: [{ name: t('Session'), extensions: ['spectra'] }],
  },
});

function shellHandlers({ window, engine, tokens, settings, options }: Parts): ShellHandlers {
  return {
    'dialog.open': async ({ what }) => {
      const parent = window.browserWindow;
      const choice = choices()[what] ?? {};
      const result = parent ? await dialog.showOpenDialog(parent, choice) : await dialog.showOpenDialog(choice);
      return result.canceled ? [] : result.filePaths.map((path) => tokens.give(path));
    },
    'dialog.save': async ({ suggestedName }) => {
      const parent = window.browserWindow;
      const choice = { defaultPath: suggestedName };
      const result = parent ? await dialog.showSaveDialog(parent, choice) : await dialog.showSaveDialog(choice);
      return result.canceled || !result.filePath ? null : tokens.give(result.filePath);
    },
    'file.write': async ({ token, data }) => {
      await writeWhole(tokens.pathOf(token), data);
      return {};
    },
    'page.print': async ({ html, token }) => {
      await writeWhole(tokens.pathOf(token), await printPage(html));
      return {};
    },
    'clipboard.write': async ({ text }) => {
      await clipboard.writeText(text);
      return {};
    },
    'settings.get': () => settings.all(),
    'settings.set': ({ name, value }) => {
      settings.set(name, value);
      return {};
    },
    'shell.ready': () => {
      window.pageIsReady();
      engine.tellPage();
      return {};
    },
    'shell.restart': () => {
      app.relaunch();
      app.quit();
      return {};
    },
    'shell.about': () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      smokeTest: options.smokeTest,
    }),
    'engine.restart': () => {
      engine.restart();
      return {};
    },
  };
}

/** Under another name first: what was there stays until all is written, and half a file is never seen. */
async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, data);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
