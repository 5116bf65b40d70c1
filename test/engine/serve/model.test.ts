/** A person's own model is read from its file; what cannot be read is told with the file's name. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { modelNamed } from '#app/model/catalogue.ts';
import { modelHandlers } from '../../../main/engine/serve/model.ts';
import { makeTree, quietCall } from '../read/tree.ts';

const call = quietCall();
const text = readFileSync(resolve(import.meta.dirname, '../../fixtures/models/two-features/model.json'), 'utf8');
const { handlers } = modelHandlers();
const open = async (path: string) => await handlers['model.open']({ file: { path } }, call);

test('a layers model of tfjs gives its topology, which describes the same network, and its input', async () => {
  const folder = makeTree({ 'model.json': text });
  const { topology, inputShape } = await open(join(folder, 'model.json'));
  expect(inputShape).toEqual([2]);
  expect(topology).not.toContain('weightsManifest');
  const model = modelNamed('custom').describe([2], { kind: 'classification', classes: 2 }, { topology });
  expect(model.layers.map(({ name }) => name)).toContain('dense_2');
});

test.each([
  ['text.json', 'not json', /^text\.json: /],
  ['layer.json', text.replace('"Dense"', '"CapsuleLayer"'), /^layer\.json: .*CapsuleLayer/],
  ['graph.json', '{"format": "graph-model"}', /^graph\.json: .*graph model/],
])('%s is refused by its name', async (name, content, sentence) => {
  const folder = makeTree({ [name]: content });
  await expect(open(join(folder, name))).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(sentence) as string,
  });
});

test('a file that is not there is told so', async () => {
  await expect(open('/nowhere/gone.json')).rejects.toMatchObject({ code: 'not-found', file: 'gone.json' });
});
