/** The renderer's one way out: typed requests and events over the bridge, answers parsed on arrival. */
import * as v from 'valibot';
import { reviveError } from '#app/contract/errors.ts';
import { answerOf, events, type Bridge, type EventName, type EventPayload } from '#app/contract/events.ts';
import { operations, type Answer, type Input, type Operation } from '#app/contract/operations.ts';

declare global {
  interface Window {
    readonly spectroscope: Bridge;
  }
}

/**
 * Asks the shell or the engine.
 * @throws SpectroscopeError with the sentence to show
 */
export async function request<O extends Operation>(operation: O, input: Input<O>): Promise<Answer<O>> {
  const reply = await window.spectroscope.request(operation, input);
  if (!reply.ok) throw reviveError(reply.error);
  return v.parse(operations[operation].answer, answerOf(reply));
}

/** @returns a function that ends the subscription */
export function onEvent<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void {
  return window.spectroscope.onEvent((event, payload) => {
    if (event === name) listener(v.parse(events[name], payload));
  });
}
