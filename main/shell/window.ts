/** The one window: sandboxed, isolated, of the size and place that it had. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import { channels } from '#app/contract/channels.ts';
import type { EventName, EventPayload } from '#app/contract/events.ts';
import { languageOption, type Language } from '#app/text/languages.ts';
import { appUrl } from './protocol.ts';
import type { Settings } from './settings.ts';
import { appRoot, type StartOptions } from './start-options.ts';

export class MainWindow {
  private readonly settings: Settings;
  private readonly options: StartOptions;
  private readonly language: Language;
  private window: BrowserWindow | null = null;
  private hasStarted = false;

  constructor(settings: Settings, options: StartOptions, language: Language) {
    this.settings = settings;
    this.options = options;
    this.language = language;
  }

  open(): void {
    const window = new BrowserWindow({
      ...placement(this.settings.get('window')),
      minWidth: 1024,
      minHeight: 640,
      show: false,
      title: 'Spectroscope',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#14181d' : '#ffffff',
      webPreferences: {
        preload: join(appRoot(), 'out', 'preload', 'preload.cjs'),
        additionalArguments: [languageOption + this.language],
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false,
      },
    });
    this.window = window;
    window.once('ready-to-show', () => window.show());
    window.webContents.on('render-process-gone', (_, details) => {
      console.error(`The window's process ended (${details.reason}); it is loaded again.`);
      if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
    });
    window.on('close', () => this.settings.set('window', window.getNormalBounds()));
    window.on('closed', () => (this.window = null));
    void window.loadURL(appUrl);
  }

  /** The page hears events. At the start only it is told what to open: a page that is loaded again has the study that the engine has open. */
  pageIsReady(): void {
    const { sample } = this.options;
    if (this.hasStarted || sample === null) return;
    this.hasStarted = true;
    this.send('shell.command', { command: 'open-sample', argument: sample });
  }

  get browserWindow(): BrowserWindow | null {
    return this.window;
  }

  focus(): void {
    if (this.window === null) return;
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  send<E extends EventName>(event: E, payload: EventPayload<E>): void {
    if (this.window !== null && !this.window.isDestroyed())
      this.window.webContents.send(channels.event, event, payload);
  }
}

/** The stored place, if it is still on a screen; otherwise the size that the pages are designed for. */
function placement(stored: unknown): Partial<Rectangle> {
  const bounds = stored as Partial<Rectangle> | undefined;
  if (bounds && isNumber(bounds.x) && isNumber(bounds.y) && isNumber(bounds.width) && isNumber(bounds.height)) {
    const area = screen.getDisplayMatching(bounds as Rectangle).workArea;
    const visible =
      bounds.x < area.x + area.width && bounds.y < area.y + area.height && bounds.x + bounds.width > area.x;
    if (visible) return bounds;
  }
  return { width: 1440, height: 900 };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
