/** Runs a program to its end without its words, which are told only where it fails. */
import { spawn } from 'node:child_process';
import { SetupError } from './say.mjs';
import { ownChild } from './staging.mjs';

/** @returns {Promise<string>} what the program printed */
export function runQuietly(command, args, sentence) {
  const child = ownChild(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let [printed, words] = ['', ''];
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (words += chunk));
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new SetupError(`${sentence} (${why}).`));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve(printed) : fail(words.trim().split('\n').at(-1))));
  });
}
