/** What a model needs of memory while it trains, before a tensor exists. */
import { product, type ModelDescription } from './description.ts';

const bytesPerNumber = 4;

/** Trainable numbers of the whole model. */
export function parameterCount(model: ModelDescription): number {
  return model.layers.reduce((sum, layer) => sum + layer.parameters, 0);
}

/**
 * Estimated bytes of a training step: weights, their gradients and two moments of the optimizer, and for each layer the
 * output that the backward pass needs with its adjoint.
 */
export function trainingBytes(model: ModelDescription, batchSize: number): number {
  const weights = 4 * parameterCount(model);
  const outputs = model.layers.reduce((sum, layer) => sum + 2 * product(layer.outputShape), product(model.inputShape));
  return bytesPerNumber * (weights + batchSize * outputs);
}
