/** Whole or absent: a folder is filled beside its place, checked, and renamed into it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { say } from './say.mjs';

const stagingName = /^\.staging-(\d+)-/;

/** Folders that this process is filling and processes that it waits for: gone with it when a signal ends it. */
const folders = new Set();
const children = new Set();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function abandon() {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  say('\nInterrupted: nothing half-finished was kept. Start again to go on.');
  process.exit(130);
}

function hold(set, item) {
  if (folders.size + children.size === 0) for (const signal of signals) process.on(signal, abandon);
  set.add(item);
}

function release(set, item) {
  set.delete(item);
  if (folders.size + children.size === 0) for (const signal of signals) process.off(signal, abandon);
}

/**
 * Ends a child process with this one.
 * @template {import('node:child_process').ChildProcess} C
 * @param {C} child
 * @returns {C}
 */
export function ownChild(child) {
  hold(children, child);
  child.once('close', () => release(children, child));
  child.once('error', () => release(children, child));
  return child;
}

/**
 * Fills a new folder and puts it at `target` in one step. When `fill` throws, or this process is killed, `target` stays absent.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill
 */
export async function stage(target, fill) {
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent);
  const folder = join(parent, `.staging-${process.pid}-${basename(target)}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  hold(folders, folder);
  try {
    await fill(folder);
    // Another set-up may have been first; its folder holds the same.
    if (!existsSync(target)) renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    release(folders, folder);
  }
}

/** Removes what a killed set-up left. */
function removeAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const owner = stagingName.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * One at a time, between processes. A lock whose process is gone is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = 0; !takeLock(file); waited += 200) {
    if (waited === 1_000) say('Waiting for another set-up or build of this project to end.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** This process as a lock names it: its number, and when it began, since after a restart its number is another's. */
const thisProcess = () => `${process.pid} ${startOf(process.pid)}`;

/** When a process began, in ticks since the system's start, where the system tells. */
function startOf(pid) {
  try {
    // After the name, which may hold anything and stands in brackets: the 20th field.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function takeLock(file) {
  try {
    writeFileSync(file, thisProcess(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAbandoned(file)) rmSync(file, { force: true });
  return false;
}

/** Whether the owner is gone; a lock without an owner was left between its making and its first word. */
function isAbandoned(file) {
  try {
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    const owner = Number(pid);
    if (!(owner > 0)) return Date.now() - statSync(file).mtimeMs > 5_000;
    return !isAlive(owner) || (start !== '' && start !== startOf(owner));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
