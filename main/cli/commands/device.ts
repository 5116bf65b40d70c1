import type { Input } from '#app/contract/operations.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';
import { type Command, Option } from 'commander';
import { devices } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';

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

export function defineDevice(commandLine: CommandLine): void {
  commandLine
    .command('device', 'tell where training would run, and why')
    .addOption(new Option('--device <name>', 'the device to ask for').choices(devices).default('auto'))
    .action((options: Input<'device.describe'>, self: Command) =>
      commandLine.carryOut(self, (terminal) => deviceCommand(terminal, options)),
    );
}
