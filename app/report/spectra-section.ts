/** The recorded spectra: ranks and sizes over the steps, the spectra at the end, and how the groups' gradients agree. */
import { groupDash, paperColour } from '#app/study/group-colours.ts';
import { countAxis } from './axis.ts';
import { heading, paragraph, section, type Composition } from './composition.ts';
import { count, counted, figure, fixed, joined } from './format.ts';
import type { Content, Markup } from './markup.ts';
import {
  mostAlignmentSteps,
  type Curve,
  type ReportMaterial,
  type SpectraFacts,
  type SummaryCurves,
} from './material.ts';
import { panelFigure, type Line, type Panel } from './panels.ts';
import { quantitySymbols, quantityWords } from './words.ts';

/** Rows of panels that a page of print holds beside a caption. */
const layersInFigure = 5;
const allStyle = { colour: '#1d2733', dash: [1, 3] } as const;

export function spectraSection(material: ReportMaterial, composition: Composition): Markup {
  const { spectra, capture } = material;
  if (spectra === null) {
    return section('spectra', 'Spectra', paragraph('No spectra were recorded in this session.'));
  }
  return section(
    'spectra',
    'Spectra',
    paragraph(
      `${counted(capture.steps, 'step')} of ${counted(spectra.runs.length, 'run')} were recorded (${count(capture.layerSteps)} spectra of layers and steps). A: activations that meet the weight; D: adjoints, the back-propagated error; G: the part of the gradient that a group's subjects give, G = AᵀD; the parts of the groups add up to the gradient. Values are size-normalised, so that groups of different size compare.`,
    ),
    heading('Effective rank'),
    ...summaryFigures(material, spectra, 'effective-rank', composition),
    heading('Largest singular value'),
    ...summaryFigures(material, spectra, 'largest', composition),
    ...lastSpectra(material, spectra, composition),
    ...alignment(material, spectra, composition),
    heading('In numbers'),
    summaryTable(spectra, composition),
  );
}

const titles = {
  'effective-rank': { label: 'Effective rank', words: 'effective rank', isLog: false },
  largest: { label: 'Largest singular value', words: 'largest singular value', isLog: true },
} as const;

function summaryFigures(
  material: ReportMaterial,
  spectra: SpectraFacts,
  summary: SummaryCurves['summary'],
  composition: Composition,
): Markup[] {
  const { label, words, isLog } = titles[summary];
  const of = spectra.summaries.filter((each) => each.summary === summary);
  const layers = [...new Set(of.map(({ layer }) => layer))];
  const quantities = [...new Set(of.map(({ quantity }) => quantity))];
  return chunks(layers, layersInFigure).map((some) => {
    const panels = some.flatMap((layer) =>
      quantities.map((quantity): Panel => {
        const found = of.find((each) => each.layer === layer && each.quantity === quantity);
        return {
          title: `${layer}, ${quantitySymbols[quantity]}`,
          x: middles(spectra),
          lines: (found?.curves ?? []).map((curve, set) => styled(material, spectra, set, curve)),
          empty: 'not recorded',
        };
      }),
    );
    const cite = summary === 'effective-rank' ? [' ', composition.cite('effectiveRank')] : null;
    return composition.figure(
      panelFigure({
        panels,
        across: quantities.length,
        x: { label: 'Step', axis: countAxis(0, spectra.last.at(-1) ?? 1) },
        y: { label, isLog, range: null },
        alt: `${label} over the steps for ${joined(some)}. ${altOfEnds(
          spectra,
          of.filter(({ layer }) => some.includes(layer)),
        )}`,
      }),
      [
        label,
        cite,
        ` of ${joined(quantities.map((quantity) => quantityWords[quantity]))} of ${joined(some)}, by group. Line: mean over the ${counted(spectra.runs.length, 'run')}${blockWords(spectra)}; band: lowest to highest run.${summary === 'effective-rank' ? ' It counts, softly, how many directions a matrix uses: exp of the entropy of the values over their sum.' : ''}`,
      ],
      {
        tables: ['summary', 'step'],
        rows: `${words} of the layers and runs that are drawn`,
        command: 'export FILE --what summaries --format csv --out summaries.csv',
        data: 'spectra.summaries',
      },
    );
  });
}

function lastSpectra(material: ReportMaterial, spectra: SpectraFacts, composition: Composition): Content[] {
  const { spectrum } = spectra;
  if (spectrum === null) return [];
  const run = material.runs.find(({ index }) => index === spectrum.run);
  const layers = [...new Set(spectrum.layers.map(({ layer }) => layer))];
  const quantities = [...new Set(spectrum.layers.map(({ quantity }) => quantity))];
  const sizes = spectra.sets.map((name, set) => `${setName(name)} ${count(spectrum.samples[set] ?? 0)}`);
  const where = `step ${count(spectrum.step)} of ${material.configuration.repeats > 1 ? `repeat ${run?.repeat ?? 1}, ` : ''}fold ${run?.fold ?? 1}`;
  const figures = chunks(layers, layersInFigure).map((some) => {
    const shown = spectrum.layers.filter(({ layer }) => some.includes(layer));
    const longest = Math.max(2, ...shown.flatMap(({ values }) => values.map((of) => of.length)));
    const x = Array.from({ length: longest }, (_, i) => i + 1);
    const panels = some.flatMap((layer) =>
      quantities.map((quantity): Panel => {
        const found = shown.find((each) => each.layer === layer && each.quantity === quantity);
        return {
          title: `${layer}, ${quantitySymbols[quantity]}`,
          x,
          lines: (found?.values ?? []).map((values, set) => ({
            ...style(material, spectra, set),
            y: x.map((_, i) => values[i] ?? null),
            band: null,
          })),
          empty: 'no value above the floor',
        };
      }),
    );
    return composition.figure(
      panelFigure({
        panels,
        across: quantities.length,
        x: { label: 'Place in the spectrum', axis: countAxis(1, longest) },
        y: { label: 'Singular value', isLog: true, range: null },
        alt: `Singular values of ${joined(some)} at ${where}, by group, descending. ${shown.map(({ layer, quantity, values }) => `${layer} ${quantityWords[quantity]}: ${values.map((of, set) => `${setName(spectra.sets[set] ?? '')} ${counted(of.length, 'value')} from ${figure(of[0])} to ${figure(of.at(-1))}`).join(', ')}`).join('; ')}.`,
      }),
      `Singular values at the last recorded step of the first recorded run: ${where}, one batch (samples: ${sizes.join(', ')}). Values at or below the numerical floor are left out.`,
      {
        tables: ['spectra'],
        rows: `run ${spectrum.run}, step ${spectrum.step}`,
        command: 'export FILE --what spectra --format csv --out spectra.csv',
        data: 'spectra.spectrum',
      },
    );
  });
  return [heading('Spectrum at the last recorded step'), ...figures];
}

function alignment({ capture }: ReportMaterial, spectra: SpectraFacts, composition: Composition): Content[] {
  const shown = spectra.alignment.filter(({ pairs }) => pairs.length > 0);
  if (shown.length === 0) return [];
  const figures = chunks(shown, 3 * layersInFigure).map((some) =>
    composition.figure(
      panelFigure({
        panels: some.map(({ layer, pairs }) => ({
          title: layer,
          x: middles(spectra),
          lines: pairs.map(({ groups, curve }, at) => ({
            name: groups.join(' and '),
            colour: pairs.length === 1 ? allStyle.colour : paperColour(at),
            dash: pairs.length === 1 ? [] : groupDash(at),
            y: curve.mean,
            band: { low: curve.low, high: curve.high },
          })),
          empty: 'not recorded',
        })),
        across: Math.min(3, some.length),
        x: { label: 'Step', axis: countAxis(0, spectra.last.at(-1) ?? 1) },
        y: { label: 'Cosine', isLog: false, range: [-1, 1] },
        alt: `Cosine between the gradients of the groups over the steps. At the end: ${some.map(({ layer, pairs }) => `${layer}: ${pairs.map(({ groups, curve }) => `${groups.join(' and ')} ${figure(lastOf(curve), 2)}`).join(', ')}`).join('; ')}.`,
      }),
      `Alignment: cosine between the gradients that two groups ask for. 1: the same change of the weights; 0: unrelated; below 0: opposite. Mean over the ${counted(spectra.runs.length, 'run')}${capture.steps / spectra.runs.length > mostAlignmentSteps ? `, of ${count(mostAlignmentSteps)} evenly spaced steps at most` : ''}; band: lowest to highest run.`,
      {
        tables: ['spectra'],
        rows: 'inner products of the groups’ gradients, at the end of each row',
        command: 'export FILE --what alignment --format csv --out alignment.csv',
        data: 'spectra.alignment',
      },
    ),
  );
  return [heading('Alignment of the groups’ gradients'), ...figures];
}

/** The end of the curves: the last column that has values. */
function summaryTable(spectra: SpectraFacts, composition: Composition): Markup {
  const { summaries, sets } = spectra;
  return composition.table({
    caption: `Effective rank and largest singular value at the end of the curves above (steps ${count(spectra.first.at(-1) ?? 0)} to ${count(spectra.last.at(-1) ?? 0)}): mean over the runs, in brackets the lowest and the highest run. A activations, D adjoints, G gradient.`,
    head: ['Layer', 'Matrix', 'Summary', ...sets.map(setName)],
    words: [0, 1, 2],
    rows: summaries.map(({ layer, quantity, summary, curves }) => [
      layer,
      quantitySymbols[quantity],
      titles[summary].words,
      ...curves.map((curve) => endText(curve)),
    ]),
    note: 'A description: whether groups differ is a matter of the tests below, not of these means.',
    source: {
      tables: ['summary', 'step'],
      rows: 'the last block of steps',
      command: 'export FILE --what summaries --format csv --out summaries.csv',
      data: 'spectra.summaries',
    },
  });
}

function endText({ mean, low, high }: Curve): string {
  const at = mean.findLastIndex((value) => value !== null);
  if (at < 0) return '–';
  return `${figure(mean[at])} (${figure(low[at])} to ${figure(high[at])})`;
}

function lastOf({ mean }: Curve): number | null {
  return mean.findLast((value) => value !== null) ?? null;
}

function altOfEnds(spectra: SpectraFacts, curves: readonly SummaryCurves[]): string {
  const told = curves.map(
    ({ layer, quantity, curves: sets }) =>
      `${layer} ${quantityWords[quantity]}: ${sets.map((curve, set) => `${setName(spectra.sets[set] ?? '')} ${figure(lastOf(curve))}`).join(', ')}`,
  );
  return `At the end: ${told.join('; ')}.`;
}

function blockWords({ first, last }: SpectraFacts): string {
  const size = (last[0] ?? 0) - (first[0] ?? 0) + 1;
  return size === 1 ? '' : ` and over blocks of ${fixed(size, 0)} steps`;
}

function middles({ first, last }: SpectraFacts): number[] {
  return first.map((step, i) => (step + (last[i] ?? step)) / 2);
}

function styled(material: ReportMaterial, spectra: SpectraFacts, set: number, curve: Curve): Line {
  return {
    ...style(material, spectra, set),
    y: curve.mean,
    band: set < material.groups.length ? { low: curve.low, high: curve.high } : null,
  };
}

/** As in the window: a group has its colour and dash, all samples together are dotted ink. */
function style(
  { groups }: ReportMaterial,
  { sets }: SpectraFacts,
  set: number,
): Pick<Line, 'name' | 'colour' | 'dash'> {
  const group = groups[set];
  if (group === undefined) return { name: setName(sets[set] ?? ''), ...allStyle };
  return { name: group.name, colour: paperColour(group.colour), dash: groupDash(group.colour) };
}

function setName(name: string): string {
  return name === 'all' ? 'all samples' : name;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
