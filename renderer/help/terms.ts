/** What the window measures, in plain words, with formula and source; docs/method.md has the exact definitions. */
import { t } from '#app/text/text.ts';
import type { SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';

export type TermId =
  | Quantity
  | SummaryName
  | 'singular-values'
  | 'scale'
  | 'floor'
  | 'alignment'
  | 'difference'
  | 'sample-grams'
  | 'fold'
  | 'permutation-test'
  | 'max-statistic'
  | 'cluster-mass'
  | 'false-discovery-rate'
  | 'over-runs';

export interface Term {
  name: string;
  words: string;
  /** As it is computed; absent: nothing is. */
  formula?: string;
  source?: string;
}

// eslint-disable-next-line spectroscope/bare-text -- a reference stays as it was printed
const autospec = 'Baker, Calhoun, Plis, arXiv 2406.11825';

/** In the order in which the glossary lists them: what is looked at, how it is summed up, how it is tested. */
export const terms: Readonly<Record<TermId, Term>> = {
  activations: {
    name: t('Activations (A)'),
    words: t(
      'What reaches a layer: one row per subject, one column per input. They say how differently the layer sees a group’s subjects.',
    ),
    formula: t('A, rows × inputs, in Z = A W'),
    source: autospec,
  },
  adjoints: {
    name: t('Adjoints (D)'),
    words: t(
      'The error that comes back to a layer, one row per subject: how each subject would have the layer’s output changed.',
    ),
    formula: t('D = ∂L/∂Z, rows × outputs'),
    source: autospec,
  },
  gradient: {
    name: t('Gradient (G)'),
    words: t(
      'Activations and adjoints taken together: the change of the weights that a group asks for. The groups’ gradients add up to the step that is taken.',
    ),
    formula: 'G_g = A_gᵀ D_g,  Σ_g G_g = ∂L/∂W',
    source: autospec,
  },
  'singular-values': {
    name: t('Singular values'),
    words: t(
      'The strengths of a matrix along its independent directions, largest first. Many of similar size: the group pulls in many directions. One large: it pulls in one.',
    ),
    formula: 'M = U diag(s₁ ≥ s₂ ≥ …) Vᵀ',
    source: 'Golub & Van Loan, Matrix Computations, 4th ed., 2013',
  },
  scale: {
    name: t('Size-normalised'),
    words: t(
      'Larger groups have larger raw values for their size alone. Normalised values are divided by it, so that groups of 20 and 44 can be compared.',
    ),
    formula: 's(A_g)/√R_g,  s(D_g)·N/√R_g,  s(G_g)·N/n_g',
  },
  'effective-rank': {
    name: t('Effective rank'),
    words: t(
      'How many directions count, judged by how evenly the singular values share their sum. Between 1 and the number of values.',
    ),
    formula: 'exp(−Σ pᵢ ln pᵢ),  pᵢ = sᵢ / Σ s',
    source: 'Roy & Vetterli, EUSIPCO 2007',
  },
  'stable-rank': {
    name: t('Stable rank'),
    words: t('Energy divided by that of the largest value: a cautious count of the directions that matter.'),
    formula: 'Σ s² / s₁²',
    source: 'Rudelson & Vershynin, J. ACM 54(4), 2007',
  },
  'participation-ratio': {
    name: t('Participation ratio'),
    words: t('A count of directions that gives most weight to the strongest.'),
    formula: '(Σ s²)² / Σ s⁴',
    source: 'Gao et al., bioRxiv 214262, 2017',
  },
  'numerical-rank': {
    name: t('Numerical rank'),
    words: t('How many values are above the floor: what is not rounding.'),
    formula: '#{ sᵢ > floor · s₁ }',
  },
  'values-for-90-percent': {
    name: t('Values for 90 % of the energy'),
    words: t('How many of the largest singular values hold nine tenths of it.'),
    formula: 'min k with Σ_{i ≤ k} sᵢ² ≥ 0.9 Σ s²',
  },
  energy: {
    name: t('Energy'),
    words: t('The sum of squared singular values: how much the group moves the layer in all.'),
    formula: 'Σ s² = ‖M‖²_F',
  },
  'nuclear-norm': {
    name: t('Nuclear norm'),
    words: t('The sum of the singular values: between the energy, which the largest rule, and a count.'),
    formula: 'Σ s',
  },
  largest: {
    name: t('Largest value, σ₁'),
    words: t('The strength along the strongest direction.'),
    formula: 's₁ = ‖M‖₂',
  },
  floor: {
    name: t('Floor'),
    words: t('Below it a value cannot be told from rounding. Such values are hatched, and count in no rank.'),
    formula: t('relative to s₁, for each layer and quantity'),
  },
  alignment: {
    name: t('Alignment'),
    words: t(
      'The cosine between two groups’ gradients: 1 they ask for the same change, 0 for unrelated ones, −1 for opposite ones.',
    ),
    formula: '⟨G_g, G_h⟩ / (‖G_g‖ ‖G_h‖)',
  },
  difference: {
    name: t('Difference of groups'),
    words: t('First group minus second, at each step. A curve apart from zero says nothing yet: it has to be tested.'),
  },
  'sample-grams': {
    name: t('Sample Grams'),
    words: t(
      'The inner products of all pairs of subjects in a batch. Where they are kept, a saved session can be looked at under other groups, and tested, without training again.',
    ),
    formula: 'K_A = A Aᵀ,  K_D = D Dᵀ',
  },
  fold: {
    name: t('Fold'),
    words: t(
      'One of k parts that the subjects are divided into, each with the same mix of classes. Every part is held out once, while the network trains on the others.',
    ),
    formula: t('runs = folds × repeats'),
  },
  'permutation-test': {
    name: t('Permutation test'),
    words: t(
      'Labels are exchanged among subjects many times, and the difference is computed anew. The p value is the share of exchanges that differ as much as the true labels.',
    ),
    formula: 'p = (1 + #{ |t*| ≥ |t| }) / (1 + permutations)',
    source: 'Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9(1), 2010',
  },
  'max-statistic': {
    name: t('Max-statistic'),
    words: t(
      'Each step is held against the largest difference anywhere in an exchange: the chance of even one false finding among all steps stays at the level.',
    ),
    source: 'Nichols & Holmes, Hum. Brain Mapp. 15(1), 2002',
  },
  'cluster-mass': {
    name: t('Cluster-mass'),
    words: t(
      'Neighbouring steps that differ are taken as one piece, and its mass is tested. It finds long small differences; where exactly a piece begins and ends is not tested.',
    ),
    source: 'Maris & Oostenveld, J. Neurosci. Methods 164(1), 2007',
  },
  'false-discovery-rate': {
    name: t('Corrected p (false discovery rate)'),
    words: t('Over layers and quantities: of what is called a finding, the expected share that is none.'),
    source: 'Benjamini & Hochberg, J. R. Stat. Soc. B 57(1), 1995',
  },
  'over-runs': {
    name: t('Over runs'),
    words: t(
      'Folds and seeds as replicates. Their training sets overlap, and so the variance is corrected; without it, differences look surer than they are.',
    ),
    formula: 't = mean / √((1/k + n_test/n_train) s²)',
    source: 'Nadeau & Bengio, Machine Learning 52(3), 2003',
  },
};

export const cautions: readonly Term[] = [
  {
    name: t('The groups as the target'),
    words: t(
      'When the network learns the groups themselves, gradients differ between them by construction. Choose another target to ask what else differs.',
    ),
  },
  {
    name: t('Steps are not replicates'),
    words: t('The steps of one run depend on each other. Compare over folds and seeds, not by a test over steps.'),
  },
];

export const keys: readonly Term[] = [
  { name: 'Ctrl K', words: t('Find a command') },
  { name: 'F1', words: t('This page') },
  { name: 'Ctrl 1 … Ctrl 5', words: t('Data, Cohort, Design, Train, Review') },
  { name: 'Ctrl Z, Ctrl Shift Z', words: t('Undo, redo a change of the study') },
  { name: 'Ctrl N, Ctrl O', words: t('New study, open a study file') },
  { name: 'Ctrl Shift O', words: t('Open a session file') },
  { name: t('Arrows, Page Up, Page Down, Home, End'), words: t('Move in a table; with Shift, select') },
  { name: 'Ctrl A, Esc', words: t('Select all rows, none') },
  { name: t('Arrows, Shift arrows'), words: t('In charts: one step, ten steps. In scans: one voxel, ten voxels') },
  { name: t('Home, End'), words: t('In charts: first, newest step') },
  { name: t('Wheel, Page Up, Page Down'), words: t('In scans: next slice') },
];
