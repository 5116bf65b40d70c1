/**
 * What a person reads, in the language that was chosen. The English text stands where it is used and is the key of its translation in
 * `messages/`, so that code reads as the program does and a text without a translation is shown in English.
 */
import { createInstance, type i18n } from 'i18next';
import plurals from './messages/en.json' with { type: 'json' };

export type Messages = Readonly<Record<string, string>>;

function translatorFor(language: string, messages: Messages): i18n {
  const made = createInstance();
  void made.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    // Keys are sentences: a dot or a colon in them means nothing, and values go into text, not into markup.
    keySeparator: false,
    nsSeparator: false,
    contextSeparator: '\u0000',
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    resources: { [language]: { translation: messages }, en: { translation: plurals } },
  });
  return made;
}
const englishTranslator = translatorFor('en', plurals);
let translator = englishTranslator;

/** From now on `t` speaks this language. Texts that were made before stay as they are: call it before pages and tables are loaded. */
export function speak(language: string, messages: Messages): void {
  translator = language === 'en' ? englishTranslator : translatorFor(language, messages);
}

/** The code of the language that `t` speaks. */
export function spokenLanguage(): string {
  return translator.language;
}

/**
 * Does `work` with `t` speaking English, whatever language was chosen: for what is English always, as papers and their supplements are, and
 * takes words that the window shows in the chosen language.
 * @param work nothing that is waited for: others would be told English meanwhile
 */
export function inEnglish<T>(work: () => T extends Promise<unknown> ? never : T): T {
  const spoken = translator;
  translator = englishTranslator;
  try {
    return work();
  } finally {
    translator = spoken;
  }
}

/**
 * The text in the chosen language.
 * @param english the whole text, a literal, with `{name}` where a value goes. Where `{count}` is in it, the singular stands in `messages` under the
 *   same key with `_one`
 * @param values the values; numbers are printed as they are, so format them first where they are long
 */
export function t(english: string, values: Readonly<Record<string, string | number>> = {}): string {
  return translator.t(english, values);
}

/** As `t`, for a text that was kept (`sentence.ts`): one that no language has any more is said in English. */
export function translated(english: string, values: Readonly<Record<string, string | number>>): string {
  return translator.t(english, values);
}
