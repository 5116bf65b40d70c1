import { afterEach, describe, expect, it } from 'vitest';
import { languageOf } from '#app/text/languages.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { inEnglish, speak, t } from '#app/text/text.ts';

afterEach(() => speak('en', {}));

describe('a text in the chosen language', () => {
  it('is the English text itself where nothing was chosen', () => {
    expect(t('Train on, by default')).toBe('Train on, by default');
  });

  it('is its translation, with the values in their places', async () => {
    speak('de', await messagesOf('de'));
    expect(t('Not: {device}', { device: 'Tesla' })).toBe('Nicht: Tesla');
  });

  it('is the English text where a translation is missing', async () => {
    speak('de', await messagesOf('de'));
    expect(t('What nobody has translated: {n}.', { n: 3 })).toBe('What nobody has translated: 3.');
  });

  it('takes the singular for one', () => {
    speak('de', { '{count} steps': '{count} Schritte', '{count} steps_one': '{count} Schritt' });
    expect([1, 2].map((count) => t('{count} steps', { count }))).toEqual(['1 Schritt', '2 Schritte']);
  });

  it('is English where something is English always, also after it failed', () => {
    speak('de', { Device: 'Gerät', '{count} steps': '{count} Schritte', '{count} steps_one': '{count} Schritt' });
    expect(inEnglish(() => [t('Device'), t('{count} steps', { count: 2 })])).toEqual(['Device', '2 steps']);
    const failing = (): string =>
      inEnglish(() => {
        throw new Error(t('Device'));
      });
    expect(failing).toThrow('Device');
    expect(t('Device')).toBe('Gerät');
  });

  it('leaves markup and braces in values as they are', () => {
    expect(t('Not: {device}', { device: '<b>{x}</b> $t(y)' })).toBe('Not: <b>{x}</b> $t(y)');
  });
});

describe('the language to speak', () => {
  it.each([
    ['de', 'en-US', 'de'],
    ['system', 'de-CH', 'de'],
    [undefined, 'fr', 'fr'],
    ['system', 'es_MX', 'es'],
    ['klingon', 'pt-BR', 'en'],
  ])('chosen %s on a system in %s: %s', (chosen, locale, expected) => {
    expect(languageOf(chosen, locale)).toBe(expected);
  });
});
