/** What a session remembers of its data, to know them again. */
import { createHash } from 'node:crypto';
import type { PreparedData } from './types.ts';

/** @returns hex SHA-256 of everything that networks are fed and told: inputs, subjects, groups, targets, in their order */
export function dataSha256(data: PreparedData): string {
  const { kind, inputShape, features, subjects, groups, classes, values, covariates = [] } = data;
  const hash = createHash('sha256');
  const people = subjects.map(({ id, group, target }) => [id, group, target]);
  hash.update(JSON.stringify([kind, inputShape, features, people, groups.map(({ name }) => name), classes]));
  if (covariates.length > 0) hash.update(JSON.stringify(covariates));
  // A piece at a time: the inputs of a large study have more bytes than a hash takes at once.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const piece = 1 << 26;
  for (let first = 0; first < bytes.length; first += piece) hash.update(bytes.subarray(first, first + piece));
  return hash.digest('hex');
}
