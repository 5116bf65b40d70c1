/** What speaks against a conclusion: rules over what the session holds. */
import { quantities } from '#app/run/configuration.ts';
import { list, section } from './composition.ts';
import { count, counted, figure, fixed, joined } from './format.ts';
import { element, type Content, type Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';

export interface Limit {
  title: string;
  text: string;
}

/** Fewer subjects in a group leave little to relabel, and wide intervals. */
const fewSubjects = 20;

export function limits(material: ReportMaterial): Limit[] {
  return rules.flatMap((rule) => rule(material) ?? []);
}

export function limitsSection(material: ReportMaterial): Markup {
  const items = limits(material).map(({ title, text }): Content => [element('b', {}, `${title}. `), text]);
  return section('limits', 'Limits', list(items));
}

type Rule = (material: ReportMaterial) => Limit | null;

const rules: readonly Rule[] = [
  groupsAreTarget,
  groupsGoWithClasses,
  fewInAGroup,
  fewRelabellings,
  imbalance,
  untested,
  noGrams,
  partialGrams,
  regrouped,
  stepsAreNoReplicates,
  cadence,
  floors,
  foldsShare,
  oneSplit,
  bestEpochChosen,
  batchNorm,
  reproducibility,
  unfinished,
  reconstruction,
  external,
  notCausal,
];

function groupsAreTarget({ targetIsGroups }: ReportMaterial): Limit | null {
  if (!targetIsGroups) return null;
  return {
    title: 'The groups are the target',
    text: 'Gradients depend on the labels that are learned, so spectra of the groups differ by construction. A difference is no evidence of a biological one. Train on another target to ask that, and permute within its classes.',
  };
}

/** A group that is nearly one class cannot be told from it. */
function groupsGoWithClasses({ groups, targetIsGroups, target }: ReportMaterial): Limit | null {
  if (targetIsGroups || groups.length < 2) return null;
  const shares = groups.map(({ classes, subjects }) => classes.map((each) => each / Math.max(1, subjects)));
  const spread = Math.max(
    0,
    ...(shares[0] ?? []).map((_, at) => {
      const of = shares.map((share) => share[at] ?? 0);
      return Math.max(...of) - Math.min(...of);
    }),
  );
  if (spread < 0.2) return null;
  return {
    title: 'Groups and target go together',
    text: `The share of a class of ${target} differs by up to ${fixed(100 * spread, 0)} percentage points between the groups: part of a difference can be that of the classes. Permute within the classes (strata).`,
  };
}

function fewInAGroup({ groups }: ReportMaterial): Limit | null {
  const few = groups.filter(({ subjects }) => subjects < fewSubjects);
  if (few.length === 0) return null;
  return {
    title: 'Few subjects',
    text: `${joined(few.map(({ name, subjects }) => `${name} has ${counted(subjects, 'subject')}`))}: effects are uncertain, and what is found may not be found again.`,
  };
}

function fewRelabellings({ power }: ReportMaterial): Limit | null {
  if (power === null || power.smallestP <= 0.001) return null;
  return { title: 'What a permutation can resolve', text: power.sentence };
}

function imbalance({ balance }: ReportMaterial): Limit | null {
  const unlike = balance.filter((row) => row.imbalance !== 'none');
  if (unlike.length === 0) return null;
  return {
    title: 'Groups are unlike in other ways',
    text: `The standardised difference is above 0.1 for ${joined(unlike.map(({ table }) => table.column))}. Permuting labels does not take that out; matching or strata do.`,
  };
}

function untested({ tests, groups, spectra }: ReportMaterial): Limit | null {
  if (tests.length > 0 || groups.length < 2 || spectra === null) return null;
  return {
    title: 'Nothing was tested',
    text: 'Curves of groups that stand apart are no finding: groups that were drawn at random stand apart, too.',
  };
}

function noGrams({ capture, spectra }: ReportMaterial): Limit | null {
  if (spectra === null || capture.gramSteps > 0) return null;
  return {
    title: 'Sample Grams were not kept',
    text: 'Labels cannot be permuted and the session cannot be regrouped without its data.',
  };
}

function partialGrams({ capture }: ReportMaterial): Limit | null {
  const many = capture.layers.filter(({ quantities: of }) => of.some(({ rowsPerSample }) => (rowsPerSample ?? 1) > 1));
  if (many.length === 0 || capture.gramSteps === 0) return null;
  return {
    title: 'Layers with several rows for a subject',
    text: `Of ${joined(many.map(({ name }) => name))} the kept Grams give the alignment of gradients under other labels, and not all spectra: those were not permuted.`,
  };
}

function regrouped({ provenance }: ReportMaterial): Limit | null {
  const by = provenance['regrouped by'];
  if (by === undefined) return null;
  return {
    title: 'Regrouped afterwards',
    text: `The groups (by ${by}) are not those that the training was run with: folds and batches were stratified by the others, so a batch can hold few subjects of a group, or none.`,
  };
}

function stepsAreNoReplicates({ spectra }: ReportMaterial): Limit | null {
  if (spectra === null) return null;
  return {
    title: 'Steps are no replicates',
    text: 'The steps of one training depend on each other. A t-test over steps, as in the paper that this method comes from, finds differences between random groups in most trainings; it is not used here as a finding.',
  };
}

function cadence({ configuration, capture }: ReportMaterial): Limit | null {
  const { every, layers, quantities: recorded } = configuration.capture;
  if (capture.layerSteps === 0) return null;
  const parts = [
    ...(every > 1 ? [`every ${every} steps only: what comes and goes between them is not seen`] : []),
    ...(layers !== null ? [`in ${joined(layers)} only`] : []),
    ...(recorded.length < quantities.length ? [`of ${joined(recorded)} only`] : []),
  ];
  return parts.length === 0 ? null : { title: 'Recorded in part', text: `Spectra were recorded ${joined(parts)}.` };
}

function floors({ capture, spectra }: ReportMaterial): Limit | null {
  const largest = Math.max(
    0,
    ...capture.layers.flatMap((layer) => layer.quantities.map(({ relativeFloor }) => relativeFloor)),
  );
  if (largest === 0 || spectra === null) return null;
  return {
    title: 'Numerical floor',
    text: `Singular values at or below ${figure(largest, 2)} of the largest of their matrix are rounding; they are left out of figures and ranks.`,
  };
}

function foldsShare({ runs }: ReportMaterial): Limit | null {
  if (runs.length < 2) return null;
  return {
    title: 'Runs share subjects',
    text: `The ${count(runs.length)} runs train on overlapping subjects: their spread understates what another sample would show, and they are not ${count(runs.length)} independent experiments.`,
  };
}

function oneSplit({ configuration }: ReportMaterial): Limit | null {
  if (configuration.folds > 1 || configuration.repeats > 1) return null;
  return {
    title: 'One split',
    text: 'One fifth of the subjects was held out once: another split, or another seed, may give another result.',
  };
}

function bestEpochChosen({ configuration }: ReportMaterial): Limit | null {
  if (configuration.earlyStopping === null) return null;
  return {
    title: 'The validation part was used to stop',
    text: 'Training stopped, and weights were kept, by the loss of the same subjects that performance is told of: it is a little too good.',
  };
}

function batchNorm({ model }: ReportMaterial): Limit | null {
  if (!model.layers.some(({ kind }) => kind === 'batch-norm')) return null;
  return {
    title: 'Batch normalisation mixes subjects',
    text: 'A group’s part of the gradient is then that of its rows, and not the gradient of a network that saw the group alone.',
  };
}

function reproducibility({ provenance }: ReportMaterial): Limit | null {
  const device = provenance['device'] ?? '';
  if (/^CPU\b/.test(device)) return null;
  return {
    title: 'Not reproducible to the bit',
    text: `On ${device === '' ? 'the device that was used, which is not recorded,' : device} sums are formed in an order that changes: a training with the same seed differs by rounding, which grows over the steps.`,
  };
}

function unfinished({ runs }: ReportMaterial): Limit | null {
  const open = runs.filter(({ status }) => status !== 'finished');
  if (open.length === 0) return null;
  return {
    title: 'Not all runs finished',
    text: `${open.length} of ${counted(runs.length, 'run')} did not finish (${joined([...new Set(open.map(({ status }) => status))])}): means over runs are of unequal parts.`,
  };
}

function reconstruction({ configuration }: ReportMaterial): Limit | null {
  if (configuration.task.kind !== 'reconstruction') return null;
  return {
    title: 'Reconstruction',
    text: 'The network learns what is common to all subjects; a group that it reconstructs worse may be smaller, noisier or different.',
  };
}

function external(): Limit {
  return {
    title: 'One study',
    text: 'Nothing here was tried on data of another source. Performance elsewhere is not known.',
  };
}

function notCausal({ groups, spectra }: ReportMaterial): Limit | null {
  if (groups.length < 2 || spectra === null) return null;
  return {
    title: 'What a spectrum says',
    text: 'It describes how a network learns from a group with this architecture, task and data. It is no measure of the brain, and another network may give another picture.',
  };
}
