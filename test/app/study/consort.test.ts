/** The flow as a diagram, and the table of covariates as a file. */
import { describe, expect, it } from 'vitest';
import { balanceColumns, balanceTable } from '#app/study/balance.ts';
import { balanceCsv } from '#app/study/balance-csv.ts';
import { consortDiagram, type DiagramBox } from '#app/study/consort.ts';
import { arrowPath, diagramSvg, paperColours } from '#app/study/consort-svg.ts';
import { applyEdit } from '#app/study/edit.ts';
import { subjectFlow } from '#app/study/flow.ts';
import type { Study } from '#app/study/study.ts';
import { smallStudy } from './small-study.ts';

const study = applyEdit(smallStudy(), { kind: 'label-by-column', labelling: 'groups', column: 'dx' });
const diagramOf = (of: Study) => consortDiagram(of, subjectFlow(of));
const textOf = (box: DiagramBox) => box.lines.map(({ text, count }) => `${text} ${count}`.trim()).join('; ');

describe('the diagram of the flow', () => {
  it('has a box for each step, for who left with the reasons, and for each group', () => {
    expect(diagramOf(study).boxes.map(textOf)).toEqual([
      'Imported 9',
      'Excluded 1; Moved during the scan. 1',
      'Included 8',
      'Not analysed 1; In no group 1',
      'Analysed 7',
      'control 3',
      'patient 3',
      '2 1',
    ]);
  });

  it('keeps its boxes apart and inside, with long reasons and many groups', () => {
    const reason = `${'Movement above half a millimetre in more than a fifth of the volumes '.repeat(3)}${'x'.repeat(90)}`;
    const long = applyEdit(applyEdit(study, { kind: 'exclude', subjects: ['s1'], reason }), {
      kind: 'split-groups',
      labelling: 'groups',
      group: null,
      column: 'sex',
    });
    const { boxes, width, height } = diagramOf(long);
    for (const [at, box] of boxes.entries()) {
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
      for (const other of boxes.slice(at + 1)) {
        const apart =
          box.x + box.width <= other.x ||
          other.x + other.width <= box.x ||
          box.y + box.height <= other.y ||
          other.y + other.height <= box.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('is an SVG in which names cannot break out', () => {
    const odd = applyEdit(study, { kind: 'change-group', labelling: 'groups', name: '2', change: { name: '<b>&' } });
    const svg = diagramSvg(diagramOf(odd), paperColours);
    expect(svg).toContain('>&lt;b&gt;&amp;</text>');
    expect(svg.match(/<rect/g)).toHaveLength(1 + 8 + 3);
    expect(
      arrowPath([
        [5, 0],
        [5, 20],
      ]),
    ).toBe('M5 0L5 20M9 16L5 20L1 16');
  });
});

describe('the table of covariates', () => {
  it('is written with a line for each level, quoted where needed', () => {
    const rows = balanceTable(study, study.groups, balanceColumns(study, study.groups), { byRank: false, seed: 1 });
    const lines = balanceCsv(rows).split('\r\n');
    expect(lines[0]).toMatch(/^covariate,level,control: n,control: mean,control: sd,control: missing,patient: n/);
    expect(lines[1]).toMatch(/^age,,3,33\.666/);
    expect(lines.slice(2, 5).map((line) => line.split(',').slice(0, 3).join(','))).toEqual([
      'sex,F,1',
      'sex,M,2',
      'sex,f,0',
    ]);
    expect(lines[2]).toContain("Fisher's exact (random tables)");
    expect(new Set(lines.slice(0, 5).map((line) => line.split(',').length)).size).toBe(1);
  });
});
