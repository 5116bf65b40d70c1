/** Memory that a training may still take. */
import { t } from '#app/text/text.ts';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Where a container's limit and use are, in bytes: version 2 of control groups, then version 1. */
const limits = [
  ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current'],
  ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes'],
] as const;

/**
 * Bytes of the system's memory that are free or can be freed, and no more than what is left of the container's limit.
 *
 * @param meminfo Linux's own account; where it is missing, what the operating system calls free
 */
export function freeSystemBytes(
  meminfo = '/proc/meminfo',
  groups: readonly (readonly [string, string])[] = limits,
): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read(meminfo))?.[1];
  const available = kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
  const left = groups.map(([most, used]) => Number.parseInt(read(most), 10) - Number.parseInt(read(used), 10));
  // 'max' and absent files give no number: there is no limit.
  return Math.max(0, Math.min(available, ...left.filter((bytes) => !Number.isNaN(bytes))));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Foresees that a training does not fit.
 *
 * @param neededBytes estimate of what it takes: data, weights, activations and adjoints of a batch
 * @param where the free bytes are
 * @returns one sentence that says what to do; null when it fits with a tenth to spare
 */
export function memoryWarning(neededBytes: number, freeBytes: number, where: 'memory' | 'card'): string | null {
  if (neededBytes <= 0.9 * freeBytes) return null;
  const words = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const values = { needed: words(neededBytes), free: words(freeBytes) };
  const over = neededBytes > freeBytes;
  const found =
    where === 'card'
      ? t(
          over
            ? 'This training will not fit: it needs about {needed} and {free} on the card are free.'
            : 'This training may not fit: it needs about {needed} and {free} on the card are free.',
          values,
        )
      : t(
          over
            ? 'This training will not fit: it needs about {needed} and {free} of memory are free.'
            : 'This training may not fit: it needs about {needed} and {free} of memory are free.',
          values,
        );
  return `${found} ${t('Choose a smaller batch, larger voxels or a smaller network, or close other programs.')}`;
}
