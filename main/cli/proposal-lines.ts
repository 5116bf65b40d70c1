/** A proposed import in words. */
import type { ImportProposal, MatchProposal } from '#app/contract/import-proposal.ts';
import { problemLines } from './problem-lines.ts';

export function proposalLines(proposal: ImportProposal): string[] {
  const { name, kind, rows, people, excluded, tables, scans, oneFile, volumes, events, bids } = proposal;
  const { identifying, problems, confirm } = proposal;
  return [
    `${name}: ${kind}, ${rows} rows of ${people} people; ${excluded} would be excluded.`,
    ...tables.flatMap(({ file, use, rows: count, columns, idColumn, sheet, freeSurfer, match }) => [
      `  ${file}: ${use}${use === 'left out' ? '' : `, ${count} rows, ${columns} columns, ids in '${idColumn ?? 'no column'}'`}${sheet === null ? '' : `, sheet '${sheet}'`}${freeSurfer === null ? '' : `, ${freeSurfer}`}`,
      ...(match === null ? [] : matchLines(match)),
    ]),
    ...(scans === null
      ? []
      : [
          `  scans: ${scans.used} of ${scans.found} used${scans.notDownloaded === 0 ? '' : `, ${scans.notDownloaded} not downloaded`}`,
          ...(scans.match === null ? [] : matchLines(scans.match)),
        ]),
    ...(oneFile === null
      ? []
      : [
          `  ${oneFile.file}: ${oneFile.subjects} subjects, ${oneFile.rows} x ${oneFile.columns} numbers each; ${oneFile.used} of them used, ${oneFileWords[oneFile.by]}`,
        ]),
    ...(volumes === null ? [] : [volumesLine(volumes)]),
    ...events.map(({ task, files, pattern }) => `  events of ${task}: ${files} files (--series-files '${pattern}')`),
    ...(bids?.facets ?? []).map(
      ({ entity, values, chosen }) =>
        `  ${entity}: ${chosen ?? 'first of each subject'} (${values.map(({ value, subjects }) => `${value === '' ? 'none' : value}: ${subjects} subjects`).join(', ')})`,
    ),
    ...identifying.map(({ column, what }) => `  identifies: '${column}' (${what})`),
    ...confirm.map((sentence) => `  look at: ${sentence}`),
    ...problemLines(problems),
  ];
}

const oneFileWords = {
  id: 'by their ids',
  order: "in the order of the table's rows",
  itself: 'without a table',
} as const;

function volumesLine({ volumes, repetitionTimeS, atlas, confounds }: NonNullable<ImportProposal['volumes']>): string {
  const time = repetitionTimeS === null ? '' : `, ${repetitionTimeS} s each`;
  const regions =
    atlas === null
      ? 'choose an atlas to make series (--atlas labels.nii.gz)'
      : `means of the ${atlas.regions} regions of ${atlas.file} (${atlas.examples.join(', ')}${atlas.regions > atlas.examples.length ? ', …' : ''})`;
  const tables = confounds.tables === 0 ? '' : `; confounds ${confounds.files}: ${confounds.tables} tables`;
  return `  4-D, ${volumes} volumes${time}: ${regions}${tables}`;
}

function matchLines({ ids, forms, unknown, ambiguous, subjectsWithout }: MatchProposal): string[] {
  const [strictest] = forms;
  if (strictest?.form === 'as-written' && strictest.ids === ids && subjectsWithout.count === 0) return [];
  return [
    ...forms.map(
      ({ form, ids: count, applied, examples }) =>
        `    ${form}: ${count} of ${ids}${applied ? '' : ' (not matched unless chosen)'}, as ${examples.map(({ id, subject }) => `${id} for ${subject}`).join(', ')}`,
    ),
    ...(ambiguous.count === 0 ? [] : [`    ambiguous: ${ambiguous.count} (${ambiguous.examples.join(', ')})`]),
    ...(unknown.count === 0 ? [] : [`    of no subject: ${unknown.count} (${unknown.examples.join(', ')})`]),
    ...(subjectsWithout.count === 0
      ? []
      : [`    subjects without: ${subjectsWithout.count} (${subjectsWithout.examples.join(', ')})`]),
  ];
}
