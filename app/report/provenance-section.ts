/** Versions, device, seeds and hashes, and how the session is read without the program. */
import { list, paragraph, section, type Composition } from './composition.ts';
import { count, joined } from './format.ts';
import { element, type Content, type Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { dateOf } from './opening.ts';

export function provenanceSection(material: ReportMaterial, composition: Composition): Markup {
  const { session, study, provenance, runs, program, written } = material;
  const code = (text: string): Content => element('code', { class: 'hash' }, text);
  const rows: [Content, Content][] = [
    ['Session file', session.file],
    ['Its SHA-256', code(session.sha256)],
    ['Its size', `${count(session.bytes)} bytes, format version ${session.formatVersion}`],
    [
      'SHA-256 of the data that networks were fed',
      session.dataSha256 === null ? 'not recorded' : code(session.dataSha256),
    ],
    ...study.tables.map(({ name, bytes, sha256 }): [Content, Content] => [
      `Table ${name}`,
      [`${count(bytes)} bytes, SHA-256 `, code(sha256)],
    ]),
    ['Seeds of the runs', joined(runs.map(({ seed }) => String(seed)))],
    ['Trained', dateOf(session.created)],
    ...Object.entries(provenance).map(([name, value]): [Content, Content] => [`When trained: ${name}`, value]),
    ['Report', `Spectroscope ${program}, ${dateOf(written)}`],
    ...(study.attribution === '' ? [] : [['Data', study.attribution] satisfies [Content, Content]]),
  ];
  return section(
    'provenance',
    'Provenance',
    composition.table({
      caption: 'What was used, and what identifies it.',
      head: ['What', 'Value'],
      words: [0, 1],
      rows,
      source: {
        tables: ['meta.provenance', 'meta.dataSha256', 'run'],
        rows: 'all',
        command: 'inspect FILE --json',
        data: 'provenance, session',
      },
    }),
    paragraph(
      'The session is one SQLite file; docs/session-format.md of the program documents its tables and gives a reader in a few lines. To get the numbers again:',
    ),
    list([
      element('code', {}, `spectroscope inspect ${session.file} --json`),
      element('code', {}, `spectroscope report ${session.file} --out report.html --json`),
    ]),
  );
}
