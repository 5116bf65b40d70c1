/** What the window measures, in plain words, with formula and source; docs/method.md has the exact definitions. */
import { t } from '#app/text/text.ts';
import { metricTerms, type Metric } from './metric-terms.ts';
import { summaryNames } from '#app/contract/session.ts';
import type { TestStatistic } from '#app/inference/statistics.ts';
import type { Quantity } from '#app/run/configuration.ts';

export type TermId =
  | Quantity
  | TestStatistic
  | Metric
  | 'singular-values'
  | 'scale'
  | 'floor'
  | 'difference'
  | 'sample-grams'
  | 'fold'
  | 'permutation-test'
  | 'max-statistic'
  | 'cluster-mass'
  | 'false-discovery-rate'
  | 'over-runs'
  | 'effect-interval'
  | 'early-signs'
  | 'gradient-norm'
  | 'random-effects'
  | 'heterogeneity';

/** What a test of groups tells. */
export const testTerms = [
  ...(['permutation-test', 'max-statistic', 'cluster-mass', 'over-runs', 'false-discovery-rate'] as const),
  'effect-interval',
] as const satisfies readonly TermId[];

/** What stands at the cursor. */
export const cursorTerms = [
  ...(['singular-values', 'floor'] as const),
  ...summaryNames,
  'alignment',
] as const satisfies readonly TermId[];

export interface Term {
  name: string;
  words: string;
  /** As it is computed; absent: nothing is. */
  formula?: string;
  source?: string;
}

// eslint-disable-next-line spectroscope/bare-text -- a reference stays as it was printed
const autospec = 'Baker, Calhoun, Plis, arXiv 2406.11825';
// eslint-disable-next-line spectroscope/bare-text -- a reference stays as it was printed
const golubVanLoan = 'Golub & Van Loan, Matrix Computations, 4th ed., 2013';

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
    source: golubVanLoan,
  },
  scale: {
    name: t('Size-normalised'),
    words: t(
      'Larger groups have larger raw values for their size alone. Normalised values are divided by it, so that groups of 20 and 44 can be compared.',
    ),
    formula: 's(A_g)/√R_g,  s(D_g)·N/√R_g,  s(G_g)·N/n_g',
    source: autospec,
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
    source: golubVanLoan,
  },
  'values-for-90-percent': {
    name: t('Values for 90 % of the energy'),
    words: t('How many of the largest singular values hold nine tenths of it.'),
    formula: 'min k with Σ_{i ≤ k} sᵢ² ≥ 0.9 Σ s²',
    source: 'Jolliffe, Principal Component Analysis, 2nd ed., 2002',
  },
  energy: {
    name: t('Energy'),
    words: t('The sum of squared singular values: how much the group moves the layer in all.'),
    formula: 'Σ s² = ‖M‖²_F',
    source: golubVanLoan,
  },
  'nuclear-norm': {
    name: t('Nuclear norm'),
    words: t('The sum of the singular values: between the energy, which the largest rule, and a count.'),
    formula: 'Σ s',
    source: golubVanLoan,
  },
  largest: {
    name: t('Largest value, σ₁'),
    words: t('The strength along the strongest direction.'),
    formula: 's₁ = ‖M‖₂',
    source: golubVanLoan,
  },
  floor: {
    name: t('Floor'),
    words: t('Below it a value cannot be told from rounding. Such values are hatched, and count in no rank.'),
    formula: t('relative to s₁, for each layer and quantity'),
    source: 'Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002',
  },
  alignment: {
    name: t('Alignment'),
    words: t(
      'The cosine between two groups’ gradients: 1 they ask for the same change, 0 for unrelated ones, −1 for opposite ones.',
    ),
    formula: '⟨G_g, G_h⟩ / (‖G_g‖ ‖G_h‖)',
    source: 'Yu et al., Gradient Surgery for Multi-Task Learning, NeurIPS 2020',
  },
  difference: {
    name: t('Difference of groups'),
    words: t('First group minus second, at each step. A curve apart from zero says nothing yet: it has to be tested.'),
    formula: t('x_g − x_h; of sizes ln(x_g / x_h)'),
    source: autospec,
  },
  'sample-grams': {
    name: t('Sample Grams'),
    words: t(
      'The inner products of all pairs of subjects in a batch. Where they are kept, a saved session can be looked at under other groups, and tested, without training again.',
    ),
    formula: 'K_A = A Aᵀ,  K_D = D Dᵀ',
    source: golubVanLoan,
  },
  fold: {
    name: t('Fold'),
    words: t(
      'One of k parts that the subjects are divided into, each with the same mix of classes. Every part is held out once, while the network trains on the others.',
    ),
    formula: t('runs = folds × repeats'),
    source: 'Kohavi, IJCAI 1995',
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
    formula: 'p = (1 + #{ max_t |z*_t| ≥ |z_t| }) / (1 + B)',
    source: 'Nichols & Holmes, Hum. Brain Mapp. 15(1), 2002',
  },
  'cluster-mass': {
    name: t('Cluster-mass'),
    words: t(
      'Neighbouring steps that differ are taken as one piece, and its mass is tested. It finds long small differences; where exactly a piece begins and ends is not tested.',
    ),
    formula: 'M = Σ_{t ∈ C} |z_t|,  p = (1 + #{ max M* ≥ M }) / (1 + B)',
    source: 'Maris & Oostenveld, J. Neurosci. Methods 164(1), 2007',
  },
  'false-discovery-rate': {
    name: t('Corrected p (false discovery rate)'),
    words: t('Over layers and quantities: of what is called a finding, the expected share that is none.'),
    formula: 'min_{j ≥ i} p₍ⱼ₎ · m / j',
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
  slope: {
    name: t('Slope'),
    words: t(
      'How fast the singular values fall with their index, on log axes: steep, a few directions rule; flat, many share.',
    ),
    formula: 'ln sᵢ ≈ a + b ln i',
    source: 'Martin & Mahoney, J. Mach. Learn. Res. 22(165), 2021',
  },
  'spectrum-distance': {
    name: t('Distance of spectra'),
    words: t('How far the whole size-normalised spectra of two groups are apart: 0 where they are the same.'),
    formula: '|s_g − s_h| / √((|s_g|² + |s_h|²) / 2)',
    source: golubVanLoan,
  },
  ...metricTerms,
  'effect-interval': {
    name: t('Effect and its 95 % interval'),
    words: t(
      'How large a difference is, and which sizes the data do not rule out: those that, taken out of it, would leave what chance gives.',
    ),
    formula: '{ δ : p(t − δ) > 0.05 }',
    source: 'Garthwaite, Biometrics 52(4), 1996',
  },
  'early-signs': {
    name: t('Early signs'),
    words: t(
      'Layers whose group difference leaves the band of permuted labels while training goes. All looks share one level of 5 %, so a person may stop at any of them.',
    ),
    formula: 'α(t) = 2 − 2Φ(z₀.₉₇₅ / √t)',
    source: 'Lan & DeMets, Biometrika 70(3), 1983',
  },
  'gradient-norm': {
    name: t('Gradient of a subject'),
    words: t(
      'How strongly one subject’s own loss would change the layer, averaged over the batches that the subject was in; and its share of all subjects’ sum.',
    ),
    formula: 'N ‖G_i‖_F;  ‖G_i‖ / Σ_j ‖G_j‖',
    source: 'Paul, Ganguli & Dziugaite, NeurIPS 2021',
  },
  'random-effects': {
    name: t('Mean over sessions (random effects)'),
    words: t(
      'Sessions are taken for a sample of trainings that differ: each counts by the inverse of its variance and of the variance between them.',
    ),
    formula: 'Σ w_k x_k / Σ w_k,  w_k = 1 / (v_k + τ²)',
    source: 'DerSimonian & Laird, Control. Clin. Trials 7(3), 1986',
  },
  heterogeneity: {
    name: t('Heterogeneity, I²'),
    words: t('The share of the variation between sessions that is more than chance within them.'),
    formula: 'I² = max(0, (Q − (k − 1)) / Q)',
    source: 'Higgins & Thompson, Stat. Med. 21(11), 2002',
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
