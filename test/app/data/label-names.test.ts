import { describe, expect, it } from 'vitest';
import { parseLabelNames } from '#app/data/label-names.ts';

const lut = `#$Id: FreeSurferColorLUT.txt
#No. Label Name:                            R   G   B   A

0   Unknown                                 0   0   0   0
17  Left-Hippocampus                        220 216 20  0
1012  ctx-lh-lateralorbitofrontal           35  75  50  0
`;
const harvardOxford = `<?xml version="1.0" encoding="ISO-8859-1"?>
<atlas version="1.0"><header><type>Probabalistic</type></header><data>
<label index="0" x="48" y="94" z="35">Frontal Pole</label>
<label index="1" x="25" y="70" z="32">Insular Cortex &amp; more</label></data></atlas>`;

describe('names of labels', () => {
  it.each([
    ['a table of BIDS', 'index\tname\tabbreviation\n1\tGray Matter\tGM\n2\tWhite Matter\tWM\n', [1, 'Gray Matter']],
    [
      'columns in another order, with commas',
      'region,hemisphere,label\n"Cuneus, left",L,5\nInsula,R,6\n',
      [5, 'Cuneus, left'],
    ],
    ['no header', '1,V1\n2,M1\n', [2, 'M1']],
    ['semicolons and a byte order mark', '\uFEFFindex;name\n3;A1\n4;S1\n', [3, 'A1']],
    ['spaces, with names of several words', '1 Precentral Gyrus\n2 Insular Cortex\n', [1, 'Precentral Gyrus']],
    ['a colour table of FreeSurfer', lut, [17, 'Left-Hippocampus']],
    ['an FSL atlas, whose first index is label 1', harvardOxford, [2, 'Insular Cortex & more']],
    ['an FSL atlas of labels', harvardOxford.replace('Probabalistic', 'Label'), [1, 'Insular Cortex & more']],
  ] as const)('are read from %s', (_, text, [label, name]) => {
    expect(parseLabelNames(text)?.get(label)).toBe(name);
  });

  it.each([
    ['words alone', 'one\ntwo\n'],
    ['nothing', ''],
    ['numbers alone', '1\n2\n'],
  ])('are none in %s', (_, text) => expect(parseLabelNames(text)).toBeNull());
});
