/** The first code of the window: it speaks the language before any other is loaded, so that tables of words are in it too. */
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { speak } from '#app/text/text.ts';

const { language } = window.spectroscope;
document.documentElement.lang = language;
void messagesOf(language).then((messages) => {
  speak(language, messages);
  return import('./window.ts');
});
