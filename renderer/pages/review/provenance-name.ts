/** What entries of a session's provenance are called; programs have their own names. */
import { t } from '#app/text/text.ts';

const names: Readonly<Record<string, string>> = {
  device: t('device'),
  'device reason': t('why this device'),
  processor: t('processor'),
  'free memory': t('free memory'),
  system: t('operating system'),
  resumed: t('resumed'),
  'regrouped from': t('regrouped from'),
  'regrouped by': t('regrouped by'),
  shared: t('shared'),
};

export function provenanceName(entry: string): string {
  return names[entry] ?? entry;
}
