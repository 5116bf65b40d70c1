/**
 * Puts the areas of the engine together. An area is loaded when its first operation comes: listing sessions must not
 * wait for TensorFlow.
 */
import { join } from 'node:path';
import type { EngineOperation } from '#app/contract/operations.ts';
import { claimDevice, type Asked } from '../device/ladder.ts';
import type { Call, EngineContext } from './handlers.ts';

type AnyHandler = (input: unknown, call: Call) => unknown;
type Area = Readonly<Partial<Record<EngineOperation, unknown>>>;

export interface Areas {
  carryOut(operation: EngineOperation, input: unknown, call: Call): Promise<unknown>;
  /** Finishes what is being written. */
  close(): Promise<void>;
}

/** Remembers the promise of the first call: two requests at once load an area once. */
function once<T>(load: () => Promise<T>): { (): Promise<T>; started(): Promise<T> | null } {
  let promise: Promise<T> | null = null;
  const get = (): Promise<T> => (promise ??= load());
  return Object.assign(get, { started: () => promise });
}

export function loadAreas(context: EngineContext): Areas {
  const study = once(async () => {
    const { studyHandlers } = await import('./study.ts');
    return studyHandlers(context);
  });
  const session = once(async () => {
    const { sessionHandlers } = await import('./session.ts');
    return sessionHandlers(context);
  });
  const scan = once(async () => {
    const [{ scanHandlers }, { volumeHandlers }, { overviewHandlers }, { openStudy }] = await Promise.all([
      import('./scan.ts'),
      import('./scan-volume.ts'),
      import('./scan-overview.ts'),
      study(),
    ]);
    const overview = overviewHandlers(openStudy, join(context.library, 'cache'));
    return { handlers: { ...scanHandlers(openStudy).handlers, ...volumeHandlers(openStudy).handlers, ...overview } };
  });
  const series = once(async () => {
    const [{ seriesHandlers }, { openStudy }] = await Promise.all([import('./series.ts'), study()]);
    return seriesHandlers(openStudy, join(context.library, 'cache'));
  });
  const run = once(async () => {
    const [
      { runHandlers },
      { openStudy, placeOf, rememberRoot },
      { createSession, readResumable, reopenSession, regroup },
    ] = await Promise.all([import('./run.ts'), study(), session()]);
    return runHandlers(context, {
      openStudy,
      placeOf,
      rememberRoot,
      createSession,
      readResumable,
      reopenSession,
      regroup,
    });
  });
  const device = once(async () => {
    const { deviceHandlers } = await import('./device.ts');
    return deviceHandlers();
  });
  const model = once(async () => {
    const { modelHandlers } = await import('./model.ts');
    return modelHandlers();
  });
  const areas: Readonly<Record<string, () => Promise<{ handlers: Area }>>> = {
    sample: study,
    study,
    scan,
    series,
    run,
    session,
    device,
    model,
  };
  return {
    carryOut: async (operation, input, call) => {
      // Nothing was started: no reason to wait for TensorFlow.
      if (operation === 'run.state' && run.started() === null) return null;
      const [name = ''] = operation.split('.');
      // TensorFlow cannot give a card back: where it computes is decided before an area loads it.
      if (name === 'run' || name === 'device') await claimDevice(deviceAskedFor(input));
      const { handlers } = await (areas[name] as () => Promise<{ handlers: Area }>)();
      return await (handlers[operation] as AnyHandler)(input, call);
    },
    close: async () => {
      await (await run.started())?.close();
      await (await session.started())?.close();
    },
  };
}

/** The device that an operation's input names, as the contract has it. */
function deviceAskedFor(input: unknown): Asked {
  const { device, configuration } = input as { device?: Asked; configuration?: { device: Asked } };
  return device ?? configuration?.device ?? 'auto';
}
