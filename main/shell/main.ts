/** The shell: windows, menus, dialogs, policies and the engine's life. No domain work. Start-up is this list. */
import { join } from 'node:path';
import { app } from 'electron';
import { languageOf } from '#app/text/languages.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { speak } from '#app/text/text.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { setUpApplicationMenu } from './menu.ts';
import { setUpPolicies } from './set-up-policies.ts';
import { registerScheme, setUpProtocol } from './protocol.ts';
import { setUpRequests } from './requests.ts';
import { Settings } from './settings.ts';
import { SmokeTest } from './smoke-test.ts';
import { Tokens } from './tokens.ts';
import { appRoot, startOptions } from './start-options.ts';
import { MainWindow } from './window.ts';

const options = startOptions(process.argv);
const smokeTest = options.smokeTest ? new SmokeTest() : null;

function start(): void {
  registerScheme();
  app.setName('Spectroscope');
  // Without a graphics card newer Chromium draws volumes only where it is told that the page is to be trusted: it is ours.
  app.commandLine.appendSwitch('enable-unsafe-swiftshader');
  // One window for each library: its lock and Chromium's own files lie beside it.
  app.setPath('userData', join(options.library, 'window'));
  if (!app.requestSingleInstanceLock()) {
    console.error('Spectroscope is open already; its window is shown.');
    app.quit();
    return;
  }
  void app.whenReady().then(openApp);
}

async function openApp(): Promise<void> {
  const settings = new Settings(options.library);
  const language = languageOf(settings.get('language'), app.getLocale());
  speak(language, await messagesOf(language));
  const tokens = new Tokens();
  const window = new MainWindow(settings, options, language);
  const engine = new EngineSupervisor({
    root: appRoot(),
    resources: app.isPackaged ? process.resourcesPath : null,
    library: options.library,
    language,
    emit: (event, payload) => window.send(event, payload),
  });
  setUpPolicies();
  setUpProtocol();
  setUpRequests({ window, engine, tokens, settings, options });
  setUpApplicationMenu(window);
  app.on('second-instance', () => window.focus());
  app.on('window-all-closed', () => app.quit());
  let closing = false;
  app.on('before-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    void engine.dispose().finally(() => app.quit());
  });
  engine.start();
  window.open();
  void smokeTest?.run(engine, window);
}

start();
