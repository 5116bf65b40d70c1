/** The application menu. Entries that belong to the study are carried out by the window. */
import { Menu, app, type MenuItemConstructorOptions } from 'electron';
import { t } from '#app/text/text.ts';
import type { MainWindow } from './window.ts';

export function setUpApplicationMenu(window: MainWindow): void {
  const command = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => window.send('shell.command', { command: name, argument: '' }),
  });
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as MenuItemConstructorOptions] : []),
    {
      label: t('File'),
      submenu: [
        command(t('New study…'), 'new-study', 'CmdOrCtrl+N'),
        command(t('Open study…'), 'open-study', 'CmdOrCtrl+O'),
        command(t('Open session…'), 'open-session', 'CmdOrCtrl+Shift+O'),
        command(t('Save a copy of the study…'), 'save-study-copy', 'CmdOrCtrl+Shift+S'),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: t('View'),
      submenu: [
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools', visible: !app.isPackaged },
      ],
    },
    { label: t('Help'), submenu: [command(t('Help'), 'help', 'F1')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
