/** The network, layer by layer, and what was done to the data before it saw them. */
import { paragraph, section, type Composition } from './composition.ts';
import { count, counted, joined } from './format.ts';
import type { Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { quantitySymbols, shapeWords } from './words.ts';

export function modelSection({ model, capture }: ReportMaterial, composition: Composition): Markup {
  const recordedIn = (name: string): string => {
    const found = capture.layers.filter((layer) => layer.name === name || layer.name.startsWith(`${name}/`));
    const symbols = new Set(
      found.flatMap(({ quantities }) => quantities.map(({ quantity }) => quantitySymbols[quantity])),
    );
    return [...symbols].join(', ');
  };
  const settings = model.settings.map(({ name, value }) => `${name.toLowerCase()} ${value}`);
  return section(
    'model',
    'Model',
    paragraph(
      `${model.title} over an input of ${shapeWords(model.inputShape)}: ${counted(model.layers.length, 'layer')}, ${counted(model.parameters, 'trainable parameter')}.${settings.length === 0 ? '' : ` Settings: ${settings.join('; ')}.`}`,
    ),
    ...(model.isWhole
      ? []
      : [
          paragraph(
            'This version of the program does not know the whole network; the layers that were recorded are listed.',
          ),
        ]),
    composition.table({
      caption:
        'Layers of the network in order, with the shape of a sample before and after each. Recorded: A activations, D adjoints, G gradient.',
      head: ['Layer', 'Kind', 'Input', 'Output', 'Parameters', 'Recorded'],
      words: [0, 1, 5],
      rows: model.layers.map(({ name, kind, inputShape, outputShape, parameters }) => [
        name,
        kind,
        shapeWords(inputShape),
        shapeWords(outputShape),
        count(parameters),
        recordedIn(name),
      ]),
      source: {
        tables: ['meta.configuration', 'layer'],
        rows: 'all',
        command: 'inspect FILE --json',
        data: 'model',
      },
    }),
  );
}

export function preparationSection({ preparation, configuration }: ReportMaterial, composition: Composition): Markup {
  const { harmonise } = configuration.preparation;
  const fitted = new Set(['impute', 'minimum-variance', 'harmonise', 'covariates', 'standardise']);
  const isFitted = preparation.some(({ step }) => fitted.has(step));
  return section(
    'preparation',
    'Preparation of the data',
    preparation.length === 0
      ? paragraph('The network was fed the values as they are.')
      : composition.table({
          caption: 'What was done to the data before the network saw them, in order.',
          head: ['Step', 'What', 'Fitted on'],
          words: [0, 1, 2],
          rows: preparation.map(({ step, words }) => [
            step,
            words,
            fitted.has(step) ? 'the training part of each fold' : 'nothing: each sample by itself',
          ]),
          source: {
            tables: ['meta.configuration', 'run.preparation'],
            rows: 'of each run what was fitted',
            command: 'export FILE --what model --run 0 --out FOLDER',
            data: 'preparation',
          },
        }),
    ...(isFitted
      ? [
          paragraph(
            'What is fitted was fitted anew in each fold on its training subjects alone and applied to its validation subjects.',
          ),
        ]
      : []),
    ...(harmonise === null
      ? []
      : [
          paragraph(
            'Harmonisation: ComBat ',
            composition.cite('combat', 'combatImaging'),
            ` by ${harmonise.site}${harmonise.keep.length === 0 ? '' : `, with the effects of ${joined(harmonise.keep)} kept`}.`,
          ),
        ]),
  );
}
