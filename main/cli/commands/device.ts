import type { Input } from '#app/contract/operations.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

export async function deviceCommand(terminal: Terminal, options: Input<'device.describe'>): Promise<number> {
  return await withEngine(terminal, async ({ engine }) => {
    const device = await engine.request('device.describe', { device: options.device });
    terminal.result(device, [
      `${device.name} (${device.kind}): ${device.reason}`,
      `  free memory: ${(device.freeBytes / 1e9).toFixed(1)} GB of the ${device.freeOf}`,
      ...device.refused.map(({ kind, reason }) => `  not ${kind}: ${reason}`),
      ...Object.entries(device.versions).map(([name, version]) => `  ${name} ${version}`),
    ]);
    return 0;
  });
}
