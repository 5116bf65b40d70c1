import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { exitCodes, inputError, SpectroscopeError } from '#app/contract/errors.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { timesAndChannels } from '#app/series/orientation.ts';
import { listed } from '#app/study/labelling.ts';
import { plainProblems, problemsFormat, problemsText } from '#app/study/problem-table.ts';
import type { Problem, Study } from '#app/study/study.ts';
import { withEngine } from '../engine-run.ts';
import { choicesOf, type ChoiceOptions } from '../import-choices.ts';
import { importLines } from '../problem-lines.ts';
import { proposalLines } from '../proposal-lines.ts';
import { groupCounts, importInput, noGroupsSentence, openSource, type SourceOptions } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import type { Command } from 'commander';
import type { CommandLine } from '../command-line.ts';
import { addSourceOptions } from '../study-source.ts';
import { addChoiceOptions } from '../import-choices.ts';

export interface ImportOptions extends ChoiceOptions, SourceOptions {
  propose?: boolean;
  /** The same as --bids-task. */
  task?: string;
  group?: string;
  problems?: string;
  out?: string;
}

export async function importCommand(terminal: Terminal, paths: string[], options: ImportOptions): Promise<number> {
  if (options.propose === true) return await propose(terminal, paths, options);
  const { out } = options;
  if (out === undefined) {
    throw new SpectroscopeError('usage', 'no-out', 'Name the study file to write: --out study.json.', { field: 'out' });
  }
  return await withEngine(terminal, async (run) => {
    let view = await openSource(run, paths, options, choices(options));
    if (options.group !== undefined) {
      view = await run.engine.request('study.edit', {
        edit: { kind: 'label-by-column', labelling: 'groups', column: options.group },
      });
    }
    const { study } = view;
    // Also where no subject can be used: then the table says why.
    if (options.problems !== undefined) writeProblems(options.problems, study.problems);
    const usable = study.subjects.filter(({ excluded }) => excluded === null);
    const excluded = study.subjects.flatMap(({ id, excluded: reason }) =>
      reason === null ? [] : [{ subject: id, reason }],
    );
    if (usable.length === 0) {
      const reason = excluded[0] === undefined ? 'nothing was found' : `${excluded[0].subject}: ${excluded[0].reason}`;
      throw inputError('no-usable-subject', `No subject can be used (${study.subjects.length} found; ${reason}).`);
    }
    await run.engine.request('study.save-copy', { file: { path: resolve(out) } });
    const groups = groupCounts(view);
    terminal.result(
      {
        study: resolve(out),
        name: study.name,
        kind: study.kind,
        ...(study.series === undefined ? {} : { series: seriesDocument(study) }),
        imported: study.subjects.length,
        subjects: usable.length,
        groups,
        features: study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name),
        columns: study.columns.map(({ name, type, role, meaning }) => ({ name, type, role, meaning })),
        excluded,
        problems: plainProblems(study.problems),
      },
      [
        `${study.name}: ${usable.length} of ${study.subjects.length} subjects can be used.`,
        ...seriesLines(study),
        ...groups.map(({ name, subjects }) => `  ${name}: ${subjects}`),
        ...importLines(excluded, study.problems),
        ...(groups.length === 0 ? [`  ${noGroupsSentence(study)}`] : []),
        `Written to ${out}.`,
      ],
    );
    return run.interrupted.aborted ? exitCodes.cancelled : 0;
  });
}

/** What the series of a study are, as far as subjects can be used. */
function seriesDocument({ series: layout, subjects }: Study) {
  const usable = subjects.flatMap(({ series, excluded }) =>
    series === undefined || excluded !== null ? [] : [series],
  );
  const orientation = layout?.orientation ?? 'time-by-roi';
  const times = usable.map(({ shape }) => timesAndChannels(shape, orientation).times);
  return {
    files: layout?.files,
    orientation,
    orientationReason: layout?.orientationReason,
    count: usable.length,
    shortest: times.length === 0 ? 0 : Math.min(...times),
    longest: times.length === 0 ? 0 : Math.max(...times),
    channels: layout?.channels.map(({ name, included }) => ({ name, included })) ?? [],
  };
}

function seriesLines(study: Study): string[] {
  if (study.series === undefined) return [];
  const { files, count, shortest, longest, channels, orientationReason } = seriesDocument(study);
  const included = channels.filter((channel) => channel.included).map(({ name }) => name);
  const lengths = shortest === longest ? String(shortest) : `${shortest} to ${longest}`;
  const what =
    study.kind === 'matrices'
      ? `${count} matrices of ${included.length} regions`
      : `${count} series of ${lengths} ${files === 'events' ? 'events' : 'time points'}, ${included.length} of ${channels.length} channels included`;
  return [`  ${what}: ${listed(included, 12)}`, ...(files === 'events' ? [] : [`  ${orientationReason ?? ''}`])];
}

function choices(options: ImportOptions): ImportChoices {
  const { bidsTask = options.task } = options;
  return choicesOf(bidsTask === undefined ? options : { ...options, bidsTask });
}

async function propose(terminal: Terminal, paths: string[], options: ImportOptions): Promise<number> {
  return await withEngine(terminal, async (run) => {
    const input = importInput(paths, options, choices(options));
    const proposal = await run.engine.request('study.propose-import', input, run.interrupted);
    terminal.result({ ...proposal, problems: plainProblems(proposal.problems) }, proposalLines(proposal));
    return run.interrupted.aborted ? exitCodes.cancelled : 0;
  });
}

/** @param file ending in .csv for CSV, anything else for TSV */
export function writeProblems(file: string, problems: readonly Problem[]): void {
  try {
    writeFileSync(file, problemsText(problems, problemsFormat(file)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw inputError('problems-not-written', `${basename(file)}: the problems could not be written (${reason}).`, {
      file: basename(file),
      cause,
    });
  }
}

export function defineImport(commandLine: CommandLine): void {
  addChoiceOptions(
    addSourceOptions(
      commandLine.command(
        'import [paths...]',
        'read tables, a folder of scans or DICOM images, or a BIDS tree into a study file',
      ),
    ),
  )
    .option('--propose', 'tell what the import would do, and what could be chosen; write nothing')
    .option('--task <label>', 'BIDS: the same as --bids-task')
    .option('--group <column>', 'column that divides the subjects into groups')
    .option('--problems <file>', 'table of what is wrong with the data to write (.tsv or .csv)')
    .option('--out <study.json>', 'study file to write')
    .action((paths: string[], options: ImportOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => importCommand(terminal, paths, options)),
    );
}
