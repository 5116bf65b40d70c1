/** What a window may do: pure functions, anything not named is refused; the wiring is below. */
import { app, session } from 'electron';

/** Only the app's own page may be shown. */
export function mayNavigate(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'app:' && url.host === 'spectroscope';
  } catch {
    return false;
  }
}

/** Only the app's own files may be asked for; nothing of the network. */
export function mayRequest(address: string): boolean {
  return mayNavigate(address) || /^(data|blob|devtools):/.test(address);
}

export function mayUsePermission(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}

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
