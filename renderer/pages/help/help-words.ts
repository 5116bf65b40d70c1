/** What the window measures, in plain words; definitions and sources are in docs/method.md. */

export interface Term {
  name: string;
  words: string;
}

export const terms: readonly Term[] = [
  {
    name: 'Activations (A)',
    words:
      'What reaches a layer: one row per subject, one column per input. They say how differently the layer sees a group’s subjects.',
  },
  {
    name: 'Adjoints (D)',
    words:
      'The error that comes back to a layer, one row per subject: how each subject would have the layer’s output changed.',
  },
  {
    name: 'Gradient (G)',
    words:
      'Activations and adjoints taken together: the change of the weights that a group asks for. The groups’ gradients add up to the step that is taken.',
  },
  {
    name: 'Singular values',
    words:
      'The strengths of a matrix along its independent directions, largest first. Many of similar size: the group pulls in many directions. One large: it pulls in one.',
  },
  {
    name: 'Size-normalised',
    words:
      'Larger groups have larger raw values for their size alone. Normalised values are divided by it, so that groups of 20 and 44 can be compared.',
  },
  {
    name: 'Effective rank',
    words:
      'How many directions count, judged by how evenly the singular values share their sum: exp(entropy). Between 1 and the number of values.',
  },
  {
    name: 'Stable rank',
    words: 'Energy divided by that of the largest value: a cautious count of the directions that matter.',
  },
  {
    name: 'Participation ratio',
    words: 'A count of directions that gives most weight to the strongest.',
  },
  {
    name: 'Energy',
    words: 'The sum of squared singular values: how much the group moves the layer in all.',
  },
  {
    name: 'Values for 90 % of the energy',
    words: 'How many of the largest singular values hold nine tenths of it.',
  },
  {
    name: 'Floor',
    words: 'Below it a value cannot be told from rounding. Such values are hatched, and count in no rank.',
  },
  {
    name: 'Alignment',
    words:
      'The cosine between two groups’ gradients: 1 they ask for the same change, 0 for unrelated ones, −1 for opposite ones.',
  },
];

export const cautions: readonly Term[] = [
  {
    name: 'The groups as the target',
    words:
      'When the network learns the groups themselves, gradients differ between them by construction. Choose another target to ask what else differs.',
  },
  {
    name: 'Steps are not replicates',
    words: 'The steps of one run depend on each other. Compare over folds and seeds, not by a test over steps.',
  },
];

export const keys: readonly Term[] = [
  { name: 'Ctrl K', words: 'Find a command' },
  { name: 'Ctrl 1 … Ctrl 5', words: 'Data, Cohort, Design, Train, Review' },
  { name: 'Ctrl Z, Ctrl Shift Z', words: 'Undo, redo a change of the study' },
  { name: 'Ctrl N, Ctrl O', words: 'New study, open a study file' },
  { name: 'Ctrl Shift O', words: 'Open a session file' },
  { name: 'Arrows, Page Up, Page Down, Home, End', words: 'Move in a table; with Shift, select' },
  { name: 'Ctrl A, Esc', words: 'Select all rows, none' },
  { name: 'Arrows, Shift arrows', words: 'In charts: one step, ten steps. In scans: one voxel, ten voxels' },
  { name: 'Home, End', words: 'In charts: first, newest step' },
  { name: 'Wheel, Page Up, Page Down', words: 'In scans: next slice' },
];
