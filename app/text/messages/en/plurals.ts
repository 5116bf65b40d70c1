/** Singular forms of English texts with `{count}` in them: everything else in English is the text itself. */
import type { Messages } from '../../text.ts';
import singular from './plurals.json' with { type: 'json' };

export const plurals: Messages = singular;
