/** Prints a page to PDF in a window that nobody sees: no scripts, no preload, and nothing can be asked for but the page. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';

/** In memory alone, apart from the window's own. */
const partition = 'print';

/** @returns a PDF on A4, as the page's style sheet sets its margins */
export async function printPage(html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'spectroscope-print-'));
  const file = join(folder, 'page.html');
  const address = pathToFileURL(file).href;
  const own = session.fromPartition(partition);
  own.webRequest.onBeforeRequest((details, respond) => respond({ cancel: details.url !== address }));
  own.setPermissionRequestHandler((_, __, respond) => respond(false));
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      spellcheck: false,
    },
  });
  try {
    await writeFile(file, html);
    await window.loadURL(address);
    return await window.webContents.printToPDF({ pageSize: 'A4', preferCSSPageSize: true, printBackground: true });
  } finally {
    window.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}
