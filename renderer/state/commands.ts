/** Everything that can be done from the keyboard, the palette and the shell's menu: one table. */
import { t } from '#app/text/text.ts';
import { onEvent, request } from './client.ts';
import { useImport } from './import.ts';
import { useSettings } from './settings.ts';
import { useStudy } from './study.ts';
import { useUi } from './ui.ts';
import { pages } from '../pages/pages.ts';
import { useTour } from '../tour/tour.ts';

export interface Command {
  id: string;
  title: string;
  shortcut: string;
  run: () => unknown;
}

/** What can be done now, in the order in which the palette lists it. */
export function availableCommands(): Command[] {
  const ui = useUi();
  const study = useStudy();
  const settings = useSettings();
  const commands: Command[] = [];
  const { primary, secondary } = ui.header;
  for (const action of primary === null ? secondary : [primary, ...secondary]) {
    if (action.refused === null)
      commands.push({ id: `page:${action.label}`, title: action.label, shortcut: '', run: action.run });
  }
  for (const page of pages) {
    commands.push({
      id: `go-${page.id}`,
      title: t('Go to {page}', { page: page.title }),
      shortcut: page.shortcut ?? '',
      run: () => ui.go(page.id),
    });
  }
  commands.push(
    { id: 'new-study', title: t('New study: import tables or scans'), shortcut: 'Ctrl+N', run: newStudy },
    { id: 'open-study', title: t('Open a study file'), shortcut: 'Ctrl+O', run: openStudyFile },
    { id: 'open-session', title: t('Open a session file'), shortcut: 'Ctrl+Shift+O', run: openSessionFile },
  );
  if (study.view !== null) {
    commands.push({
      id: 'save-study-copy',
      title: t('Save a copy of the study'),
      shortcut: 'Ctrl+Shift+S',
      run: saveStudyCopy,
    });
  }
  if (study.study?.problems.some(({ code }) => code === 'files-not-found') === true)
    commands.push({ id: 'relink', title: t('Find moved files of the study'), shortcut: '', run: study.relink });
  if (study.view?.canUndo === true)
    commands.push({ id: 'undo', title: t('Undo the last change'), shortcut: 'Ctrl+Z', run: study.undo });
  if (study.view?.canRedo === true)
    commands.push({ id: 'redo', title: t('Redo'), shortcut: 'Ctrl+Shift+Z', run: study.redo });
  commands.push(
    { id: 'tour', title: t('Take the tour'), shortcut: '', run: useTour().begin },
    { id: 'theme-light', title: t('Light theme'), shortcut: '', run: () => settings.setTheme('light') },
    { id: 'theme-dark', title: t('Dark theme'), shortcut: '', run: () => settings.setTheme('dark') },
    { id: 'theme-system', title: t('Theme of the system'), shortcut: '', run: () => settings.setTheme('system') },
  );
  return commands;
}

export function newStudy(): void {
  useImport().begin();
}

export async function openStudyFile(): Promise<void> {
  const [file] = await request('dialog.open', { what: 'study' });
  if (file !== undefined) await useStudy().openFile({ token: file.token });
}

/** Opens a session from anywhere and shows it in Review. */
export async function openSessionFile(): Promise<void> {
  const [file] = await request('dialog.open', { what: 'session' });
  if (file === undefined) return;
  const { session } = await request('session.open-file', { file: { token: file.token } });
  useUi().openSession(session, 'review');
}

async function saveStudyCopy(): Promise<void> {
  const { study } = useStudy();
  if (study === null) return;
  const file = await request('dialog.save', { suggestedName: `${study.name}.json` });
  if (file === null) return;
  await request('study.save-copy', { file: { token: file.token } });
  useUi().say(t('A copy of the study was saved as {file}.', { file: file.name }));
}

async function carryOut(id: string, argument: string): Promise<void> {
  const ui = useUi();
  if (id === 'open-sample') await useStudy().openSample(argument);
  else if (id === 'help') ui.go('help');
  else
    await availableCommands()
      .find((command) => command.id === id)
      ?.run();
}

/** @returns the command that a key press means, or null */
export function commandOfKey(event: KeyboardEvent): string | null {
  if (event.key === 'F1') return 'go-help';
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === 'k' && !event.shiftKey) return 'palette';
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  if (key === 'y') return 'redo';
  const step = event.shiftKey ? -1 : '12345'.indexOf(event.key);
  const page = step < 0 || event.key === '' ? undefined : pages.filter((each) => each.place === 'step')[step];
  return page === undefined ? null : `go-${page.id}`;
}

/** Whether undo belongs to the text in hand: not in tick boxes, nor where a choice was made by typing part of it. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  if (!(target instanceof HTMLInputElement) || ['checkbox', 'radio'].includes(target.type)) return false;
  return target.getAttribute('role') !== 'combobox' || target.value !== '';
}

/** Listens to the keyboard and to the shell's menu for as long as the window lives. */
export function startCommands(): void {
  const ui = useUi();
  window.addEventListener('keydown', (event) => {
    const id = commandOfKey(event);
    if (id === null) return;
    if ((id === 'undo' || id === 'redo') && isTyping(event.target)) return;
    event.preventDefault();
    if (id === 'palette') ui.paletteOpen = !ui.paletteOpen;
    else void ui.attempt(() => carryOut(id, ''));
  });
  onEvent('shell.command', ({ command, argument }) => void ui.attempt(() => carryOut(command, argument)));
}
