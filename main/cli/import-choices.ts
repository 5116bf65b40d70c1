/** The options of `import` and `train` that choose among what an import proposes. */
import { Option, type Command } from 'commander';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { idForms, type IdForm } from '#app/data/id-forms.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { anyNumbers, collect, names } from './arguments.ts';

export interface ChoiceOptions {
  match?: string[];
  sheet?: string[];
  leave?: string[];
  rows?: 'one' | 'all';
  derivatives?: string;
  suffix?: string;
  session?: string;
  bidsTask?: string;
  bidsRun?: string;
  space?: string;
  entity?: string[];
  drop?: string[];
  missing?: number[];
  capAges?: boolean;
}

export function addChoiceOptions(command: Command): Command {
  return command
    .option(
      '--match <[source=]form>',
      `how far ids may differ (${idForms.join(', ')}), of all tables and scans or of one table or 'scans'; may be repeated`,
      collect,
    )
    .option('--sheet <[file=]name>', 'sheet of a workbook; may be repeated', collect)
    .option('--leave <files>', 'tables that are not joined, with commas', names)
    .addOption(
      new Option(
        '--rows <rows>',
        'of a person with several rows or scans: one, or all, kept together in folds',
      ).choices(['one', 'all']),
    )
    .option('--derivatives <name>', 'BIDS: scans of this folder of derivatives')
    .option('--suffix <suffix>', 'BIDS: kind of scan (T1w, FLAIR, bold, ...)')
    .option('--session <label>', 'BIDS: session')
    .option('--bids-task <label>', 'BIDS: task')
    .option('--bids-run <label>', 'BIDS: run')
    .option('--space <label>', 'BIDS: space; empty: none')
    .option('--entity <name=label>', 'BIDS: any other entity (desc=preproc, acq=...); may be repeated', collect)
    .option('--drop <columns>', 'columns whose values never enter the study, with commas', names)
    .option('--missing <numbers>', "numbers that stand for 'missing' in the tables, with commas: -999,-99", anyNumbers)
    .option('--cap-ages', 'record ages above 89 as 90');
}

/** @throws SpectroscopeError (kind 'usage') for a form or an entity that is none */
export function choicesOf(options: ChoiceOptions): ImportChoices {
  const entities = Object.fromEntries([
    ...(options.session === undefined ? [] : [['ses', options.session]]),
    ...(options.bidsTask === undefined ? [] : [['task', options.bidsTask]]),
    ...(options.bidsRun === undefined ? [] : [['run', options.bidsRun]]),
    ...(options.space === undefined ? [] : [['space', options.space]]),
    ...(options.entity ?? []).map((text) => named(text, '--entity', 'desc=preproc')),
  ]) as Record<string, string>;
  return {
    match: Object.assign({}, ...(options.match ?? []).map(matchOf)) as Record<string, IdForm>,
    sheets: Object.fromEntries(
      (options.sheet ?? []).map((text) =>
        text.includes('=') ? named(text, '--sheet', 'file.xlsx=Sheet1') : ['*', text],
      ),
    ),
    leave: options.leave ?? [],
    rows: options.rows ?? 'one',
    scans: { derivative: options.derivatives ?? null, suffix: options.suffix ?? null, entities },
    drop: options.drop ?? [],
    missing: options.missing ?? [],
    capAges: options.capAges ?? false,
  };
}

function matchOf(text: string): Record<string, IdForm> {
  const [source, form] = text.includes('=') ? named(text, '--match', 'scores.csv=number') : ['*', text];
  const known = idForms.find((each) => each === form);
  if (known === undefined) {
    throw new SpectroscopeError(
      'usage',
      'match-unknown',
      `--match: '${form}' is no form of ids. Forms are: ${idForms.join(', ')}.`,
      {
        field: 'match',
      },
    );
  }
  return { [source]: known };
}

function named(text: string, option: string, example: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw new SpectroscopeError(
    'usage',
    'option-malformed',
    `${option}: expected name=value, such as ${example}, not '${text}'.`,
    {
      field: option,
    },
  );
}
