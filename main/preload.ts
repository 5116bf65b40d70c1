/** The one bridge between the sandboxed page and the shell. Runs in the page's isolated world. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { channels } from '#app/contract/channels.ts';
import type { Bridge, EventName } from '#app/contract/events.ts';
import { languageOf, languageOption } from '#app/text/languages.ts';

const bridge: Bridge = {
  language: languageOf(process.argv.find((each) => each.startsWith(languageOption))?.slice(languageOption.length), ''),
  request: (operation, input) => ipcRenderer.invoke(channels.request, operation, input),
  onEvent: (listener) => {
    const forward = (_: unknown, event: EventName, payload: unknown): void => listener(event, payload);
    ipcRenderer.on(channels.event, forward);
    return () => ipcRenderer.removeListener(channels.event, forward);
  },
  tokenFor: (file) => ipcRenderer.invoke(channels.dropped, pathOf(file)),
};

/** Electron 29 has webUtils; its elders put the path on the file. */
function pathOf(file: unknown): string {
  if ((webUtils as typeof webUtils | undefined) !== undefined) return webUtils.getPathForFile(file as File);
  const path = (file as { path?: unknown }).path;
  return typeof path === 'string' ? path : '';
}

contextBridge.exposeInMainWorld('spectroscope', bridge);
