/** Two to eight sessions, or runs of sessions, side by side. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  alignments,
  layerMatches,
  type Alignment,
  type CompareAnswer,
  type LayerMatch,
} from '#app/contract/compare.ts';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { summaryNames, type Scale, type SummaryName } from '#app/contract/session.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { number } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';
import { compareLines } from '../compare-lines.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

interface CompareOptions {
  align: Alignment;
  match: LayerMatch;
  quantity: Quantity;
  summary: SummaryName;
  scale: Scale;
  columns: number;
}

export function defineCompare({ command, carryOut }: CommandLine): void {
  command('compare <files...>', 'put two to eight sessions side by side; FILE#K is run K of a session, from 0')
    .addOption(
      new Option('--align <by>', 'what steps are put beside each other by').choices(alignments).default('step'),
    )
    .addOption(
      new Option('--match <how>', 'layers by name or by relative depth (auto: by name in one architecture)')
        .choices(layerMatches)
        .default('auto'),
    )
    .addOption(new Option('--quantity <name>', 'of which spectra').choices(quantities).default('gradient'))
    .addOption(new Option('--summary <name>', 'which number of them').choices(summaryNames).default('effective-rank'))
    .addOption(new Option('--scale <name>', 'of their values').choices(['normalised', 'raw']).default('normalised'))
    .option('--columns <n>', 'positions at most', number(2, true, 400), 100)
    .action((files: string[], options: CompareOptions, self: Command) =>
      carryOut(self, (terminal) => compareCommand(terminal, files, options)),
    );
}

async function compareCommand(terminal: Terminal, files: readonly string[], options: CompareOptions): Promise<number> {
  const named = files.map(partsOf);
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const members: { session: string; run: number | null }[] = [];
    for (const { file, run } of named) {
      const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
      members.push({ session, run });
    }
    const { columns, ...choices } = options;
    const input = { members, ...choices, window: null, columns };
    const answer = await engine.request('session.compare', input, interrupted);
    terminal.result(documentOf(files, answer, options), compareLines(files, answer));
    return 0;
  });
}

/** 'run.spectra#2' is the third run of the session. */
function partsOf(text: string): { file: string; run: number | null } {
  const found = /^(.*\.spectra)#(.*)$/i.exec(text);
  if (found === null) return { file: text, run: null };
  const [, file = '', run = ''] = found;
  if (/^\d+$/.test(run)) return { file, run: Number(run) };
  throw new SpectroscopeError('usage', 'no-run-number', `'${text}': after # stands the number of a run, from 0.`);
}

function documentOf(
  files: readonly string[],
  answer: CompareAnswer,
  { quantity, summary, scale }: CompareOptions,
): object {
  const { members, layers, layerWords, groups, alignment, unit, pooled, metricDifferences, differing, notes } = answer;
  const letterOf = (i: number): string => members[i]?.letter ?? '';
  const pairOf = ([i, j]: [number, number]): [string, string] => [letterOf(i), letterOf(j)];
  return {
    sessions: members.map(({ session: _, runs, ...member }, i) => ({
      file: files[i],
      ...member,
      runs: runs.map(({ index, name, seed, steps }) => ({ run: index, name, seed, steps })),
    })),
    quantity,
    summary,
    scale,
    alignment,
    layers: layers.map(({ label, layers: of }) => ({
      layer: label,
      names: of.map((layer) => layer?.name ?? null),
    })),
    layerWords,
    groups: groups.map(({ name }) => name),
    rows: rowsOf(answer).map((row) => ({ ...row, quantity, summary })),
    unit,
    differences: answer.differences.map((row) => ({ ...row, members: undefined, sessions: pairOf(row.members) })),
    overSessions: pooled.map((row) => ({
      ...row,
      each: row.each.map((effect, i) => ({ session: letterOf(i), ...effect })),
    })),
    metricDifferences: metricDifferences.map((row) => ({
      ...row,
      members: undefined,
      sessions: pairOf(row.members),
    })),
    differing,
    notes,
  };
}

interface CompareRow {
  session: string;
  run: number;
  layer: string;
  group: string;
  position: number;
  value: number;
}

/** What is there of every run, layer and group, at every position. */
function rowsOf({ members, layers, groups, positions, values }: CompareAnswer): CompareRow[] {
  const sets = [...groups.map(({ name }) => name), 'all'];
  const rows: CompareRow[] = [];
  let at = 0;
  for (const { letter, runs } of members) {
    for (const { index } of runs) {
      for (const position of positions) {
        for (const { label } of layers) {
          for (const group of sets) {
            const value = values[at++] as number;
            if (!Number.isNaN(value)) {
              rows.push({ session: letter, run: index, layer: label, group, position, value });
            }
          }
        }
      }
    }
  }
  return rows;
}
