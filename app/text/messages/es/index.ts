import type { Messages } from '../../text.ts';
import charts from './charts.json' with { type: 'json' };
import cohort from './cohort.json' with { type: 'json' };
import compare from './compare.json' with { type: 'json' };
import components from './components.json' with { type: 'json' };
import data from './data.json' with { type: 'json' };
import design from './design.json' with { type: 'json' };
import engine from './engine.json' with { type: 'json' };
import help from './help.json' with { type: 'json' };
import review from './review.json' with { type: 'json' };
import sessions from './sessions.json' with { type: 'json' };
import shell from './shell.json' with { type: 'json' };
import train from './train.json' with { type: 'json' };
import viewer from './viewer.json' with { type: 'json' };

export const messages: Messages = {
  ...charts,
  ...cohort,
  ...compare,
  ...components,
  ...data,
  ...design,
  ...engine,
  ...help,
  ...review,
  ...sessions,
  ...shell,
  ...train,
  ...viewer,
};
