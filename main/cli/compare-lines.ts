/** A comparison as a person reads it on a terminal. */
import type { CompareAnswer } from '#app/contract/compare.ts';
import { pCell, pText } from '#app/statistics/p-value.ts';

/** Differences that are printed; --json has all. */
const shownDifferences = 20;

export function compareLines(files: readonly string[], answer: CompareAnswer): string[] {
  const { members, alignment, layerWords, differing, notes, unit } = answer;
  return [
    ...members.map(
      ({ letter, title, model, target, subjects, runs }, i) =>
        `${letter}: ${files[i] ?? ''} (${title}; ${model} learns ${target}; ${subjects} subjects, ${runs.length} runs)`,
    ),
    alignment.words,
    layerWords,
    '',
    'Validation, value (95 % interval)',
    ...metricTable(answer),
    '',
    `Differences between groups, ${unit}, mean over the positions that all runs have (95 % interval over runs)`,
    ...groupTable(answer),
    '',
    `Differences between sessions, ${unit}, smallest p first`,
    ...differenceTable(answer),
    '',
    'What differs',
    ...table([
      ['', '', ...members.map(({ letter }) => letter)],
      ...differing.map(({ section, name, values, same }) => [section, name, ...(same ? ['the same'] : values)]),
    ]),
    '',
    ...notes,
  ];
}

function metricTable({ members }: CompareAnswer): string[] {
  const names = [...new Set(members.flatMap(({ metrics }) => Object.keys(metrics)))];
  return table([
    ['', ...members.map(({ letter }) => letter)],
    ...names.map((name) => [
      name,
      ...members.map(({ metrics }) => {
        const { value = null, low = null, high = null } = metrics[name] ?? {};
        return value === null ? '–' : withInterval(value, low === null || high === null ? null : [low, high]);
      }),
    ]),
  ]);
}

function groupTable({ members, pooled }: CompareAnswer): string[] {
  return table([
    ['layer', 'groups', ...members.map(({ letter }) => letter), 'random effects', 'Hartung-Knapp', 'I2', 'all runs'],
    ...pooled.map(({ layer, group, versus, each, randomEffects, replicates }) => [
      layer,
      `${group} - ${versus ?? ''}`,
      ...each.map((effect) => (effect === null ? '–' : withInterval(effect.effect, effect.interval))),
      randomEffects === null
        ? '–'
        : `${withInterval(randomEffects.effect, randomEffects.interval)}, ${pText(randomEffects.p)}`,
      randomEffects === null
        ? '–'
        : `${randomEffects.hartungKnapp.map(short).join(' to ')}, ${pText(randomEffects.hartungKnappP)}`,
      randomEffects === null ? '–' : short(randomEffects.i2),
      replicates === null ? '–' : withInterval(replicates.effect, replicates.interval),
    ]),
  ]);
}

function differenceTable({ members, differences }: CompareAnswer): string[] {
  const order = [...differences].sort((a, b) => (a.p ?? 2) - (b.p ?? 2));
  const left = order.length - shownDifferences;
  const rows = order
    .slice(0, shownDifferences)
    .map(({ layer, group, versus, members: [i, j], effect, interval, p, pCorrected, method, n }) => [
      `${members[i]?.letter ?? ''} - ${members[j]?.letter ?? ''}`,
      layer,
      versus === null ? group : `${group} - ${versus}`,
      withInterval(effect, interval),
      pCell(p),
      pCell(pCorrected),
      `${method}, ${n[0] === n[1] ? n[0] : n.join(' and ')} runs`,
    ]);
  return [
    ...table([['sessions', 'layer', 'group', 'effect', 'p', 'p corrected', 'over'], ...rows]),
    ...(left > 0 ? [`and ${left} more: see --json`] : []),
  ];
}

function withInterval(value: number, interval: readonly [number, number] | null): string {
  return interval === null ? short(value) : `${short(value)} (${short(interval[0])} to ${short(interval[1])})`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
