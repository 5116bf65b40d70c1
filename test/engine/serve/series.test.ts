import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyEdit } from '#app/study/edit.ts';
import { seriesHandlers } from '../../../main/engine/serve/series.ts';
import { importPaths, makeTree, quietCall } from '../read/tree.ts';

const files = {
  'participants.csv': 'subject,group\ns1,a\ns2,b\ns3,a\ns4,b\n',
  's1.csv': 'V1,M1\n1,2\n3,4\n5,n/a\n',
  's2.csv': 'V1,M1\n1,2\n3,4\n5,6\n',
  's3.csv': 'V1,M1\n9,8\n7,6\n5,4\n',
};

it('reads a subject as it is in its file, the included channels alone', async () => {
  const study = await importPaths([makeTree(files)]);
  const read = (subject: string, of = study) =>
    seriesHandlers(() => ({ study: of, root: of.root }), join(of.root, 'cache')).handlers['series.read'](
      { subject },
      quietCall(),
    );
  expect(await read('s1')).toEqual({
    subject: 's1',
    kind: 'series',
    channels: ['V1', 'M1'],
    times: 3,
    values: Float32Array.of(1, 2, 3, 4, 5, NaN),
  });
  const less = applyEdit(study, { kind: 'channels', channels: ['V1'], included: false });
  expect(await read('s3', less)).toMatchObject({ channels: ['M1'], values: Float32Array.of(8, 6, 4) });
  await expect(read('s4')).rejects.toThrow('s4: has no series');
  await expect(read('s9')).rejects.toThrow('s9: is not in the study');
});
