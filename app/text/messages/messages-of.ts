/** One language's texts, loaded when they are spoken: the English are in the code, and others would be read in vain. */
import type { Language } from '../languages.ts';
import type { Messages } from '../text.ts';

const load: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ default: Messages }>>> = {
  de: () => import('./de.json', { with: { type: 'json' } }),
  fr: () => import('./fr.json', { with: { type: 'json' } }),
  es: () => import('./es.json', { with: { type: 'json' } }),
};

/** @returns English text to that of the language */
export async function messagesOf(language: Language): Promise<Messages> {
  return language === 'en' ? {} : (await load[language]()).default;
}
