/** Whether a session file is still the one that was read. */
import { existsSync, statSync } from 'node:fs';

/** Changes whenever the file or its log does. @param hasLog where it is known: saves looking for it */
export function stampOf(file: string, hasLog = existsSync(`${file}-wal`)): string {
  return `${stateOf(file)} ${hasLog ? stateOf(`${file}-wal`) : '-'}`;
}

function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
}
