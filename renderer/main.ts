/**
 * The first code of the window: it speaks the language before any other is loaded. What is imported beside it would run first, since chunks
 * that pages share run before the chunk that this file is in.
 */
import './speak.ts';

void import('./window.ts');
