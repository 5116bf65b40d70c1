/** Which code carries out which kind of layer. A new kind is a file and a line here. */
import type { LayerDescription } from '#app/model/description.ts';
import { activationLayer } from './activation.ts';
import { attentionLayer } from './attention.ts';
import { convLayer } from './conv.ts';
import { convTransposeLayer } from './conv-transpose.ts';
import { denseLayer } from './dense.ts';
import { cropLayer, permuteLayer, upsampleLayer, zeroPadLayer } from './edges.ts';
import { embeddingLayer } from './embedding.ts';
import { joinLayer } from './join.ts';
import type { Layer, LayerMaterials } from './layer.ts';
import { batchNormLayer, groupNormLayer, layerNormLayer } from './norm.ts';
import { globalPoolLayer, poolLayer } from './pool.ts';
import { positionLayer } from './position.ts';
import { recurrentLayer } from './recurrent.ts';
import { dropoutLayer, flattenLayer, reshapeLayer } from './shape-layers.ts';

export function buildLayer(layer: LayerDescription, materials: LayerMaterials): Layer {
  switch (layer.kind) {
    case 'dense':
      return denseLayer(layer, materials);
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
      return convLayer(layer, materials);
    case 'conv1d-transpose':
    case 'conv2d-transpose':
    case 'conv3d-transpose':
      return convTransposeLayer(layer, materials);
    case 'position':
      return positionLayer(layer, materials);
    case 'batch-norm':
      return batchNormLayer(layer, materials);
    case 'layer-norm':
      return layerNormLayer(layer, materials);
    case 'group-norm':
      return groupNormLayer(layer, materials);
    case 'lstm':
    case 'gru':
      return recurrentLayer(layer, materials);
    case 'attention':
      return attentionLayer(layer, materials);
    case 'embedding':
      return embeddingLayer(layer, materials);
    case 'activation':
      return activationLayer(layer, materials);
    case 'dropout':
      return dropoutLayer(layer, materials);
    case 'max-pool':
    case 'average-pool':
      return poolLayer(layer, materials);
    case 'global-average-pool':
    case 'global-max-pool':
      return globalPoolLayer(layer, materials);
    case 'zero-pad':
      return zeroPadLayer(layer);
    case 'crop':
      return cropLayer(layer);
    case 'upsample':
      return upsampleLayer(layer);
    case 'permute':
      return permuteLayer(layer);
    case 'flatten':
      return flattenLayer();
    case 'reshape':
      return reshapeLayer(layer);
    case 'add':
    case 'concatenate':
      return joinLayer(layer, materials);
  }
}
