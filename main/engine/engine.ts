/**
 * The engine process: plain Node 24 with TensorFlow, one per client. Requests come over the channel that `fork` opened,
 * answers and events go back over it. When the client is gone, what is being written is finished and the process ends.
 */
import './speak.ts';
import { parseArgs } from 'node:util';
import { mkdirSync } from 'node:fs';
import { serialiseError } from '#app/contract/errors.ts';
import type { EngineMessage, EngineRequest } from '#app/contract/events.ts';
import { Dispatcher } from './serve/dispatcher.ts';
import { loadAreas } from './serve/areas.ts';

function post(message: EngineMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function main(): void {
  const { values } = parseArgs({ options: { library: { type: 'string' } } });
  if (values.library === undefined || process.send === undefined) {
    console.error('The engine is started by the app or by the command line: npm run -s spectroscope -- --help');
    process.exit(2);
  }
  mkdirSync(values.library, { recursive: true });
  const areas = loadAreas({
    library: values.library,
    emit: (event, payload) => post({ event, payload }),
  });
  const dispatcher = new Dispatcher(areas, post);
  process.on('message', (message) => dispatcher.receive(message as EngineRequest));
  const end = (): void => void dispatcher.close().finally(() => process.exit(0));
  process.on('disconnect', end);
  // The terminal's Ctrl-C reaches the whole process group; the client decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', end);
  process.on('unhandledRejection', (reason) => {
    console.error(reason);
    console.error(serialiseError(reason).message);
    process.exit(3);
  });
}

main();
