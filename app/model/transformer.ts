import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { countSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges } from './volume-input.ts';

/** The scores of attention grow with its square. */
const mostTokens = 4096;

/**
 * Transformer encoder (Vaswani et al. 2017; norms before each part as Xiong et al. 2020) over the times of a series, or
 * over patches of a volume (Dosovitskiy et al. 2021), then an average over the tokens and a dense head.
 */
export const transformer: ModelDefinition = {
  name: 'transformer',
  get title() {
    return t('Transformer');
  },
  get summary() {
    return t('Lets every time point, feature or patch of a scan look at every other by attention.');
  },
  inputs: ['series', 'volumes'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      countSetting('width', t('Token features'), 32, 2048),
      countSetting('blocks', t('Blocks'), 2, 24),
      countSetting('heads', t('Heads'), 4, 64),
      countSetting('hidden', t('Hidden units'), 64, 8192),
      countSetting('patch', t('Patch (voxels)'), 8, 64, 2),
      dropoutSetting(0.1),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(transformer, given);
    const kind = requireKind(transformer, inputShape);
    const [width, heads] = [values['width'] as number, values['heads'] as number];
    if (width % heads !== 0) {
      throw settingError(
        'heads',
        t('{width} features of a token cannot be shared out among {heads} heads.', { width, heads }),
        {
          field: 'heads',
          expected: t('a divisor of {width}', { width }),
        },
      );
    }
    const stack = new LayerStack(inputShape);
    if (kind === 'volumes') embedPatches(stack, values['patch'] as number, width);
    else stack.dense(width);
    requireTokens(stack.outputShape[0] ?? 0, kind === 'volumes' ? 'patch' : 'features');
    const dropout = values['dropout'] as number;
    stack.position().dropout(dropout);
    for (let block = 0; block < (values['blocks'] as number); block++) {
      encoderBlock(stack, { width, heads, hidden: values['hidden'] as number, dropout });
    }
    stack.layerNorm().globalPool().dense(outputSize(task, inputShape));
    return { name: transformer.name, inputShape, task, layers: stack.layers };
  },
};

/** [x, y, z, channels] -> [patches, width]; a patch that is cut short at an edge is filled up with zeros. */
function embedPatches(stack: LayerStack, patch: number, width: number): void {
  requireEdges(transformer, stack.outputShape, patch);
  const edges = [patch, patch, patch];
  stack.conv(width, { kernel: edges, strides: edges });
  const [x = 1, y = 1, z = 1] = stack.outputShape;
  stack.reshape([x * y * z, width]);
}

function requireTokens(tokens: number, field: string): void {
  if (tokens <= mostTokens) return;
  throw settingError(
    'too-many-tokens',
    t(
      field === 'patch'
        ? '{tokens} tokens are more than a Transformer can hold, which compares each with each: take larger patches.'
        : '{tokens} tokens are more than a Transformer can hold, which compares each with each: take fewer features.',
      { tokens },
    ),
    { field, expected: t('at most {most} tokens', { most: mostTokens }) },
  );
}

interface Block {
  width: number;
  heads: number;
  hidden: number;
  dropout: number;
}

function encoderBlock(stack: LayerStack, { width, heads, hidden, dropout }: Block): void {
  const start = stack.place;
  stack.layerNorm().attention(heads).dropout(dropout).join('add', [start]);
  const middle = stack.place;
  stack.layerNorm().dense(hidden).activation('gelu').dense(width).dropout(dropout).join('add', [middle]);
}
