/** Whether a window can be shown, how Electron must be started here, and a virtual display for tests. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { SetupError } from './say.mjs';

/** @returns {boolean} */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Settings of the kernel under which Chromium's sandbox cannot start, and their forbidding values. */
const forbidding = [
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
];

/** @returns {string | null} why Chromium's sandbox cannot be used here, or null */
export function sandboxObstacle() {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'root may not use it';
  const found = forbidding.find(([file, value]) => existsSync(file) && readFileSync(file, 'utf8').trim() === value);
  return found === undefined ? null : `this system forbids it (${found[0]} is ${found[1]})`;
}

/**
 * Starts an X server without a screen.
 * @returns {Promise<{ name: string, stop(): void }>} `name` for DISPLAY
 */
export function startVirtualDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const stop = () => server.kill();
  process.once('exit', stop);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new SetupError(`Xvfb could not be started (${error.message}).`)));
    server.once('close', (code) => reject(new SetupError(`Xvfb ended with code ${code}.`)));
    server.stdio[3].once('data', (number) => resolve({ name: `:${String(number).trim()}`, stop }));
  });
}
