/** Title, what was asked, and the key findings. */
import type { Quantity } from '#app/run/configuration.ts';
import { count, counted, joined } from './format.ts';
import { findings } from './findings.ts';
import { element, type Content, type Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { modelNoun } from './model-words.ts';
import { list, paragraph, section, type Composition } from './composition.ts';

export function masthead({ session, study, written, program }: ReportMaterial): Markup {
  return element(
    'header',
    {},
    element('p', { class: 'kind' }, 'Report of a training session'),
    element('h1', {}, session.title === '' ? session.file : session.title),
    paragraph(
      `Study: ${study.name}. Session ${session.file}, trained ${dateOf(session.created)}. Written ${dateOf(written)} by Spectroscope ${program}.`,
    ),
    paragraph(
      'Every number comes from the session file; below each table and figure stands where from, and the command that gives it again. The numbers are in this page as data, too (element ',
      element('code', {}, 'report-data'),
      '). No subject is named.',
    ),
  );
}

export function asked(material: ReportMaterial, composition: Composition): Markup {
  const { groups, target, targetIsGroups, classes, configuration, model, study } = material;
  const { quantities } = configuration.capture;
  const names = joined(groups.map(({ name, subjects }) => `${name} (n = ${count(subjects)})`));
  const learned = {
    classification: `was trained to tell ${joined(classes)} apart (${target})`,
    regression: `was trained to predict ${target}`,
    reconstruction: 'was trained to give its input back',
  }[configuration.task.kind];
  const question =
    groups.length < 2
      ? 'There is one group, so no groups are compared.'
      : `Do ${names} drive the training of the network differently, layer by layer?`;
  const notes: Content[] = [
    ...(targetIsGroups
      ? [
          'The groups are what the network learns. Their gradients then differ by construction: a difference says that the network tells them apart, not that their data differ for another reason.',
        ]
      : []),
    ...(material.session.notes === '' ? [] : [`Notes of the session: ${material.session.notes}`]),
  ];
  return section(
    'asked',
    'What was asked',
    paragraph(element('b', {}, question)),
    paragraph(
      `A model (${modelNoun(material)}, ${counted(model.parameters, 'trainable parameter')}) ${learned}, from ${kindWords[study.kind]}. `,
      ...(material.spectra === null
        ? ['No spectra were recorded.']
        : [
            `While it trained, the singular values of ${joined(quantities.map((quantity) => recordedWords[quantity]))} were recorded `,
            composition.cite('autospec'),
            '.',
          ]),
    ),
    ...notes.map((note) => paragraph(note)),
  );
}

const recordedWords: Readonly<Record<Quantity, string>> = {
  activations: 'the activations that meet each weight',
  adjoints: 'the back-propagated errors (adjoints)',
  gradient: 'each group’s part of the gradient',
};

const kindWords: Readonly<Record<ReportMaterial['study']['kind'], string>> = {
  table: 'a table of numbers for each subject',
  volumes: 'a scan of each subject',
  series: 'a time series of each subject',
  matrices: 'a matrix of connections of each subject',
};

export function keyFindings(material: ReportMaterial): Markup {
  const found = findings(material);
  return section(
    'findings',
    'Key findings',
    list(found),
    paragraph(
      element(
        'span',
        { class: 'note' },
        'Each sentence follows by a fixed rule from the tables below; none was written by a person. Read the limits before you use one.',
      ),
    ),
  );
}

/** '25 November 2026, 17:18 UTC' of an ISO 8601 time. */
export function dateOf(iso: string): string {
  const [, year = '', month = '1', day = '', time = ''] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(iso) ?? [];
  if (year === '') return iso;
  return `${Number(day)} ${months[Number(month) - 1] ?? month} ${year}, ${time} UTC`;
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
