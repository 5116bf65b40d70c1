/** What a window may do: pure functions, anything not named is refused. The wiring is in set-up-policies.ts. */
import { join, normalize, sep } from 'node:path';

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

/** @returns the file below `folder` that the address names, null when it leaves the folder or the host is another. */
export function fileOf(address: string, folder: string): string | null {
  const url = new URL(address);
  if (url.protocol !== 'app:' || url.host !== 'spectroscope') return null;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = normalize(join(folder, name));
  return path.startsWith(folder + sep) ? path : null;
}
