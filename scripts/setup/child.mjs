/** Runs a program in this one's place or as its child, so that signals and exit codes pass through. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program with this one's streams.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it
 */
export function passThrough(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  // On a terminal Ctrl-C reaches the child by itself; twice would mean 'at once'.
  const interrupt = () => process.stdin.isTTY || child.kill('SIGINT');
  const end = () => child.kill('SIGTERM');
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', end);
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0));
    });
  });
}

/** Becomes the program where Node can do that; otherwise runs it as a child. Its exit code becomes ours. */
export async function become(command, args) {
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.removeAllListeners('warning');
    process.execve(command, [command, ...args], process.env);
  }
  process.exitCode = await passThrough(command, args);
}
