/** Wires the policies to Electron: navigation, new windows, web views, requests, permissions. */
import { app, session } from 'electron';
import { mayNavigate, mayRequest, mayUsePermission } from './policy.ts';

export function setUpPolicies(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!mayNavigate(url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  const own = session.defaultSession;
  own.webRequest.onBeforeRequest((details, respond) => respond({ cancel: !mayRequest(details.url) }));
  own.setPermissionRequestHandler((_, permission, respond) => respond(mayUsePermission(permission)));
  own.setPermissionCheckHandler((_, permission) => mayUsePermission(permission));
}
