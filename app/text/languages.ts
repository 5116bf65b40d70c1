/** The languages that the window speaks. A new one is a file of `messages/`, and its line here and in `messages/messages-of.ts`. */

export const languageNames = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' } as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as Language[];

/**
 * The language to speak.
 * @param chosen what a person chose: a language, or anything else for that of the system
 * @param locale the system's, such as 'de-CH'
 */
export function languageOf(chosen: unknown, locale: string): Language {
  const wanted = languages.find((each) => each === chosen) ?? locale.toLowerCase().split(/[-_]/)[0];
  return languages.find((each) => each === wanted) ?? 'en';
}

/** How the shell tells the window's page its language, before any of it is loaded. */
export const languageOption = '--spectroscope-language=';
/** The environment variable that tells the engine its language. */
export const languageVariable = 'SPECTROSCOPE_LANGUAGE';
