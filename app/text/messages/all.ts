/** All languages at once, for the processes that must speak before anything else is loaded. The window loads the one it needs. */
import type { Language } from '../languages.ts';
import type { Messages } from '../text.ts';
import { messages as de } from './de/index.ts';
import { messages as es } from './es/index.ts';
import { messages as fr } from './fr/index.ts';

export const allMessages: Readonly<Record<Language, Messages>> = { en: {}, de, fr, es };
