/** Who writes a session: enough to tell, from any process, whether that writer still lives. Names no user and no path. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface WriterMarker {
  /** Hash of this computer's name and, where known, of this boot. */
  computer: string;
  pid: number;
  /** When the process began, in the operating system's own words; null where it does not tell. */
  started: string | null;
}

export function thisProcess(): WriterMarker {
  return { computer: computer(), pid: process.pid, started: startOf(process.pid) };
}

/** False for a writer on another computer: its file reached us as a copy, so nobody writes this one. */
export function lives(marker: WriterMarker): boolean {
  if (marker.computer !== computer()) return false;
  try {
    process.kill(marker.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(marker.pid) === marker.started;
}

function computer(): string {
  const boot = contentOf('/proc/sys/kernel/random/boot_id') ?? '';
  return createHash('sha256').update(`${hostname()}\n${boot}`).digest('hex').slice(0, 16);
}

/** Field 22 of /proc/PID/stat: ticks since boot. A process id that is used again has another. */
function startOf(pid: number): string | null {
  const stat = contentOf(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A process that ended but was not waited for yet writes nothing any more.
  if (afterName[0] === 'Z') return 'ended';
  return afterName[19] ?? null;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Only Linux has these files.
    return null;
  }
}
