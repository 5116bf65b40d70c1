import { readFileSync } from 'node:fs';

/** @returns the NVIDIA driver's version line; null where there is none */
export function driverVersion(file = '/proc/driver/nvidia/version'): string | null {
  try {
    return /Kernel Module(?: for \S+)?\s+(\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'unknown version';
  } catch {
    return null;
  }
}
