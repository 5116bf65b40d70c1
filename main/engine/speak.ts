/** Imported first by the engine and by each of its threads: their own code runs when they speak the window's language. */
import { languageOf, languageVariable } from '#app/text/languages.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { speak } from '#app/text/text.ts';

const language = languageOf(process.env[languageVariable], 'en');
if (language !== 'en') speak(language, await messagesOf(language));
