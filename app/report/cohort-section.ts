/** Who came in, who was left out and why, and how the groups compare. */
import { pCell } from '#app/statistics/p-value.ts';
import type { BalanceRow } from '#app/study/balance.ts';
import { testNames } from '#app/study/balance-csv.ts';
import { consortDiagram } from '#app/study/consort.ts';
import { diagramSvg, paperColours } from '#app/study/consort-svg.ts';
import type { Flow } from '#app/study/flow.ts';
import { heading, paragraph, section, type Composition } from './composition.ts';
import { count, counted, figure, fixed, joined } from './format.ts';
import { drawing, element, type Content, type Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';

export function cohortSection(material: ReportMaterial, composition: Composition): Markup {
  return section(
    'cohort',
    'Subjects',
    heading('Study flow'),
    flowFigure(material, composition),
    paragraph(unknownOfFlow(material)),
    heading('Groups'),
    groupTable(material, composition),
    ...covariates(material, composition),
    heading('Data quality'),
    ...quality(material, composition),
  );
}

function flowFigure(material: ReportMaterial, composition: Composition): Markup {
  const { flow, groups } = material;
  const many = (subjects: number): string[] => Array.from({ length: subjects }, () => '');
  const counts: Flow = {
    imported: flow.imported,
    excluded: flow.excluded.map(({ reason, subjects }) => ({ reason, subjects: many(subjects) })),
    inNoGroup: many(flow.inNoGroup),
    inNoClass: many(flow.withoutTarget),
    analysed: groups.flatMap(({ subjects }, group) =>
      many(subjects).map((id, index) => ({ index, id, group, target: 0 })),
    ),
  };
  const diagram = consortDiagram(
    { groups: { column: null, groups: groups.map((group) => ({ ...group, rule: null })), assigned: {} }, problems: [] },
    counts,
  );
  const excluded = flow.excluded.map(({ reason, subjects }) => `${subjects}: ${reason}`);
  const alt = `Flow of subjects: ${flow.imported} imported; excluded ${excluded.length === 0 ? 'none' : excluded.join('; ')}; in no group ${flow.inNoGroup}; without a target ${flow.withoutTarget}; analysed ${flow.analysed}: ${groups.map(({ name, subjects }) => `${name} ${subjects}`).join(', ')}.`;
  return composition.figure(
    element('div', { role: 'img', 'aria-label': alt, class: 'diagram' }, drawing(diagramSvg(diagram, paperColours))),
    ['Flow of subjects from import to analysis, in the manner of CONSORT ', composition.cite('consort'), '.'],
    {
      tables: ['meta.study', 'meta.subjects'],
      rows: 'all subjects',
      command: 'export FILE --what study --format csv --out study.csv',
      data: 'flow',
    },
  );
}

function unknownOfFlow({ flow }: ReportMaterial): string {
  const windows =
    flow.samples > flow.analysed
      ? ` The ${counted(flow.analysed, 'subject')} gave ${counted(flow.samples, 'sample')}: series were cut into windows, and all windows of a subject stay together in a fold.`
      : '';
  return `The session knows subjects from their import on. How they were recruited, who was approached, screened or eligible, and who declined before that, it does not know: to be filled in by the authors.${windows}`;
}

function groupTable(
  { groups, classes, study, target, targetIsGroups }: ReportMaterial,
  composition: Composition,
): Markup {
  const shown = groups.some((group) => group.classes.length > 0) ? classes : [];
  const made = study.groupColumn === null ? 'made by rules or by hand' : `by the column ${study.groupColumn}`;
  return composition.table({
    caption: [
      `Groups, ${made}${shown.length > 0 ? `, by what the network learns (${target})` : ''}${targetIsGroups ? '; they are also what the network learns' : ''}.`,
    ],
    head: ['Group', 'Subjects', ...shown],
    rows: groups.map(({ name, subjects, classes: counts }) => [
      name,
      count(subjects),
      ...counts.map((each) => `${count(each)} (${subjects === 0 ? '–' : fixed((100 * each) / subjects, 0)} %)`),
    ]),
    source: {
      tables: ['meta.subjects', 'meta.groups'],
      rows: 'subjects that took part',
      command: 'export FILE --what study --format csv --out study.csv',
      data: 'groups',
    },
  });
}

function covariates({ balance, groups }: ReportMaterial, composition: Composition): Content[] {
  if (balance.length === 0) {
    return [
      paragraph('The study names no covariates (age, sex, site or others) by which the groups could be compared.'),
    ];
  }
  const names = groups.map(({ name }) => name);
  return [
    heading('Covariates'),
    composition.table({
      caption: [
        'Covariates of the groups: mean (standard deviation) or number of subjects (per cent of those with a value). SMD: standardised difference of the two groups that are furthest apart ',
        composition.cite('difference'),
        '; above 0.1 some, above 0.25 strong imbalance. p is not corrected.',
      ],
      head: ['Covariate', ...names, 'Test', 'p', 'SMD'],
      rows: balance.flatMap((row) => covariateRows(row)),
      words: [0, names.length + 1],
      source: {
        tables: ['meta.study', 'meta.subjects'],
        rows: 'subjects that took part',
        command: 'export FILE --what study --format csv --out study.csv',
        data: 'balance',
      },
    }),
  ];
}

function covariateRows({ table, test, difference, imbalance }: BalanceRow): Content[][] {
  const mark = imbalance === 'strong' ? ' ‡' : imbalance === 'some' ? ' †' : '';
  const end: Content[] = [
    test === null ? '–' : testNames()[test.test],
    pCell(test?.p),
    `${figure(difference, 2)}${mark}`,
  ];
  if (table.kind === 'number') {
    const cells = table.summaries.map(({ mean, standardDeviation, missing }) =>
      mean === null
        ? '–'
        : `${figure(mean)} (${figure(standardDeviation, 2)})${missing > 0 ? `, ${missing} missing` : ''}`,
    );
    return [[table.column, ...cells, ...end]];
  }
  const totals = table.groups.map((_, group) =>
    table.levels.reduce((sum, { counts }) => sum + (counts[group] ?? 0), 0),
  );
  const missing = table.missing.map((each) => (each > 0 ? `${each} missing` : ''));
  return [
    [table.column, ...missing, ...end],
    ...table.levels.map(({ level, counts }) => [
      element('span', { class: 'level' }, level),
      ...counts.map((each, group) => `${count(each)} (${fixed((100 * each) / Math.max(1, totals[group] ?? 0), 0)} %)`),
      '',
      '',
      '',
    ]),
  ];
}

function quality({ study }: ReportMaterial, composition: Composition): Content[] {
  const { missingCells, problems, hashedFiles } = study;
  const missing =
    missingCells === null
      ? ''
      : missingCells.missing === 0
        ? ' No value of a feature is missing.'
        : ` Of ${counted(missingCells.cells, 'value')} of features ${count(missingCells.missing)} (${figure((100 * missingCells.missing) / missingCells.cells, 2)} %) are missing.`;
  const files =
    hashedFiles === 0 ? '' : ` ${counted(hashedFiles, 'subject')} have a file whose content is known by its SHA-256.`;
  const words = paragraph(
    `${problems.length === 0 ? 'The checks at import found nothing.' : `The checks at import found ${joined(severities(problems))}.`}${missing}${files}`,
  );
  if (problems.length === 0) return [words];
  return [
    words,
    composition.table({
      caption: 'What the checks of the data found at import. Errors exclude a subject; warnings and notes do not.',
      head: ['Finding', 'Kind', 'Times'],
      words: [0, 1],
      rows: problems.map(({ code, severity, count: times }) => [element('code', {}, code), severity, count(times)]),
      source: {
        tables: ['meta.study'],
        rows: 'problems',
        command: null,
        data: 'study.problems',
      },
    }),
  ];
}

function severities(problems: ReportMaterial['study']['problems']): string[] {
  return (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const found = problems.filter((each) => each.severity === severity).reduce((sum, each) => sum + each.count, 0);
    return found === 0 ? [] : [counted(found, severity)];
  });
}
