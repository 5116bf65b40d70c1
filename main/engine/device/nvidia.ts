/** What this computer tells of an NVIDIA card without TensorFlow. */
import { sentence, type Words } from '#app/text/sentence.ts';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface GraphicsCard {
  /** 'NVIDIA GeForce RTX 4090'. */
  name: string;
  /** Memory that nobody has taken; null where it is not told. */
  freeBytes: number | null;
}

const patienceMs = 5_000;

/** @returns the NVIDIA driver's version line; null where there is none */
export function driverVersion(file = '/proc/driver/nvidia/version'): string | null {
  try {
    return /Kernel Module(?: for \S+)?\s+(\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'unknown version';
  } catch {
    return null;
  }
}

/**
 * The card that TensorFlow takes: the first, or the first of CUDA_VISIBLE_DEVICES. Asks nvidia-smi, which knows its free
 * memory, else the driver's own files.
 *
 * @returns null where neither tells
 */
export function graphicsCard(
  program = 'nvidia-smi',
  folder = '/proc/driver/nvidia/gpus',
  visible = process.env['CUDA_VISIBLE_DEVICES'],
): GraphicsCard | null {
  const card = visible?.split(',')[0]?.trim() || '0';
  const query = ['--query-gpu=name,memory.free', '--format=csv,noheader,nounits', '-i', card];
  try {
    const said = execFileSync(program, query, { encoding: 'utf8', timeout: patienceMs, stdio: 'pipe' });
    return parseCard(said) ?? cardOfDriver(folder);
  } catch {
    // It is not installed everywhere that the driver is.
    return cardOfDriver(folder);
  }
}

/** 'NVIDIA H200, 142881': name and mebibytes; some cards tell '[N/A]' for the latter. */
function parseCard(text: string): GraphicsCard | null {
  const parts = /^(.+),\s*([^,]+)$/.exec(text.trim().split('\n')[0] ?? '');
  if (parts === null) return null;
  const mebibytes = Number.parseFloat(parts[2] as string);
  return { name: parts[1] as string, freeBytes: Number.isNaN(mebibytes) ? null : mebibytes * 2 ** 20 };
}

function cardOfDriver(folder: string): GraphicsCard | null {
  try {
    const [first] = readdirSync(folder).sort();
    const text = first === undefined ? '' : readFileSync(join(folder, first, 'information'), 'utf8');
    const name = /^Model:\s*(.+?)\s*$/m.exec(text)?.[1];
    return name === undefined ? null : { name, freeBytes: null };
  } catch {
    return null;
  }
}

/** 'NVIDIA RTX 4090, 21.3 GB free' */
export function cardName(card: GraphicsCard | null): Words {
  if (card === null) return sentence('NVIDIA GPU');
  const name = card.name.startsWith('NVIDIA') ? card.name : `NVIDIA ${card.name}`;
  return card.freeBytes === null
    ? name
    : sentence('{name}, {free} GB free', { name, free: (card.freeBytes / 1e9).toFixed(1) });
}
