import { describeDevice } from '../device/device.ts';
import type { Handlers } from './handlers.ts';

export function deviceHandlers(): { handlers: Handlers<'device.describe'> } {
  return { handlers: { 'device.describe': ({ device }) => describeDevice(device) } };
}
