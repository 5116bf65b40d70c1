/** Loaded before everything else of the window: texts that are made while a file is loaded are in the chosen language too. */
import { allMessages } from '#app/text/messages/all.ts';
import { speak } from '#app/text/text.ts';

const { language } = window.spectroscope;
speak(language, allMessages[language]);
document.documentElement.lang = language;
