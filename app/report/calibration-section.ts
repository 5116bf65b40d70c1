/** How often the tests find what is not there: of this study where it was measured, and as the program's documentation has it. */
import { heading, paragraph, section, type Composition } from './composition.ts';
import { counted, fixed } from './format.ts';
import { element, type Content, type Markup } from './markup.ts';
import type { CalibrationResult } from './calibration-result.ts';
import type { ReportMaterial } from './material.ts';
import type { ValidityPart } from './validity.ts';

export function calibrationSection(
  { calibration, calibrationKept, validity }: ReportMaterial,
  composition: Composition,
): Markup {
  return section(
    'calibration',
    'Calibration of the tests',
    heading('On this study'),
    ...(calibration === null
      ? [
          paragraph(
            'Not measured, or not handed to the report. ',
            element('code', {}, 'spectroscope calibrate STUDY --json'),
            ' measures it, and with ',
            element('code', {}, '--keep SESSION'),
            ' this session keeps it for its reports.',
          ),
        ]
      : ownTables(calibration, calibrationKept, composition)),
    heading('As the program documents it'),
    ...(validity.length === 0
      ? [paragraph('The program’s account of its validity (docs/validity.md) is not at hand here.')]
      : [
          element(
            'div',
            { class: 'quoted' },
            paragraph(
              'What follows is the program’s own account, docs/validity.md: of another study and network than this one.',
            ),
            ...validity.flatMap((part) => quoted(part, composition)),
          ),
        ]),
  );
}

function ownTables(
  { nominal, runs, permutations, subjects, any, power }: CalibrationResult,
  kept: string | null,
  composition: Composition,
): Content[] {
  const percent = (rate: { rate: number; interval: readonly [number, number] }): string =>
    `${fixed(100 * rate.rate, 1)} (${fixed(100 * rate.interval[0], 1)} to ${fixed(100 * rate.interval[1], 1)})`;
  const rows = Object.entries(any).map(([method, rate]) => [
    method,
    String(rate.hits),
    String(rate.runs),
    percent(rate),
  ]);
  return [
    composition.table({
      caption: `Random groups: ${counted(runs, 'training')} of ${counted(subjects, 'subject')}, ${counted(permutations, 'permutation')}; trainings in which any corrected p was ${nominal} or less, in per cent with 95 % binomial intervals. Whatever is found is false.`,
      head: ['Method', 'Found', 'Trainings', 'Per cent'],
      rows,
      source: null,
      note: `${kept === null ? 'From the file that was handed to the report (spectroscope calibrate --json)' : `Kept in the session on ${kept.slice(0, 10)} (spectroscope calibrate --keep)`}; in the data of the page: calibration. It is of the study and settings that the command was given, which the report cannot check.`,
    }),
    ...(power.length === 0
      ? []
      : [
          composition.table({
            caption:
              'Planted effects: share of subjects whose group follows the class, and per cent of trainings in which it was found (95 % binomial intervals).',
            head: ['Share', 'Any corrected p', 'Best single test'],
            rows: power.map(({ effect, any: found, best }) => [fixed(effect, 2), percent(found), percent(best)]),
            source: null,
          }),
        ]),
  ];
}

function quoted({ heading: title, blocks }: ValidityPart, composition: Composition): Content[] {
  return [
    ...(title === '' ? [] : [element('h4', {}, title)]),
    ...blocks.map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return paragraph(block.text);
        case 'command':
          return element('pre', {}, block.text);
        case 'table':
          return composition.table({
            caption: `${title === '' ? 'Validity' : title}, from docs/validity.md.`,
            head: block.head,
            rows: block.rows,
            source: null,
          });
      }
    }),
  ];
}
