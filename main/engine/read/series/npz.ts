/** Archives of NumPy arrays, `.npz`: savez and savez_compressed. */
import { readNpy } from './npy.ts';
import type { StoredArrays } from './stored-arrays.ts';
import { zipMembers } from './zip.ts';

/** @throws SpectroscopeError (input) when the archive or an array in it is damaged, or holds neither numbers nor texts */
export function readNpz(bytes: Uint8Array, file: string): StoredArrays {
  const read = zipMembers(bytes, file)
    .filter(({ name }) => name.endsWith('.npy'))
    .map((member) => readNpy(member.content(), file, member.name.replace(/\.npy$/, '')));
  return {
    numbers: read.flatMap((each) => (each.kind === 'numbers' ? [each.array] : [])),
    texts: read.flatMap((each) => (each.kind === 'texts' ? [each.array] : [])),
  };
}
