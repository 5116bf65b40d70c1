/** Loaded before everything else of the engine and of its threads, so that what they say is in the window's language. */
import { languageOf, languageVariable } from '#app/text/languages.ts';
import { allMessages } from '#app/text/messages/all.ts';
import { speak } from '#app/text/text.ts';

const language = languageOf(process.env[languageVariable], 'en');
speak(language, allMessages[language]);
