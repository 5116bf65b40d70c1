/** What a session remembers of its data, to know them again. */
import { createHash } from 'node:crypto';
import type { PreparedData } from './types.ts';

/** @returns hex SHA-256 of everything that networks are fed and told: inputs, subjects, groups, targets, in their order */
export function dataSha256(data: PreparedData): string {
  const { kind, inputShape, features, subjects, groups, classes, values, covariates = [], stored } = data;
  const hash = createHash('sha256');
  // Whose rows they are decides over the folds; where each has one, the hash is that of sessions from before.
  const people = subjects.map(({ id, person, group, target }) =>
    person === undefined ? [id, group, target] : [id, group, target, person],
  );
  hash.update(JSON.stringify([kind, inputShape, features, people, groups.map(({ name }) => name), classes]));
  if (covariates.length > 0) hash.update(JSON.stringify(covariates));
  // The hashes stand for the rows; what is fed of them is the box.
  if (stored !== undefined) hash.update(JSON.stringify([stored.hashes, stored.box, stored.exponents]));
  // A piece at a time: the inputs of a large study have more bytes than a hash takes at once.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const piece = 1 << 26;
  for (let first = 0; first < bytes.length; first += piece) hash.update(bytes.subarray(first, first + piece));
  return hash.digest('hex');
}
