/** MATLAB files of version 5 to 7 (`save -v6`, `-v7`), as MATLAB and SciPy write them. */
import { sentence } from '#app/text/sentence.ts';
import { inflateSync } from 'node:zlib';
import { mat5Elements, readMat5Array, type Mat5Place } from './mat5-elements.ts';
import { rowTexts } from './mat5-texts.ts';
import { countOf, damaged, rowMajor, unsupported, type StoredArrays } from './stored-arrays.ts';

const headerBytes = 128;
/** One variable that claims to be larger is refused. */
const mostBytes = 2 ** 31 - 1;
/** Structs within cells within structs, at most. */
const deepest = 16;
const compressed = 15;
const matrix = 14;

export function isMat5(bytes: Uint8Array): boolean {
  const mark = String.fromCharCode(bytes[126] ?? 0, bytes[127] ?? 0);
  return bytes.length >= headerBytes && (mark === 'IM' || mark === 'MI') && !isHdf5Header(bytes);
}

/** A v7.3 file has the same first bytes, and its version is 2. */
function isHdf5Header(bytes: Uint8Array): boolean {
  return bytes[124] === 2 || bytes[125] === 2;
}

/**
 * Numbers, texts, and what cells and structs hold of them; functions, objects and sparse matrices are left out.
 * @throws SpectroscopeError (input) when the file is damaged
 */
export function readMat5(bytes: Uint8Array, file: string): StoredArrays {
  const littleEndian = bytes[126] === 0x49;
  const found: StoredArrays = { numbers: [], texts: [] };
  for (const element of mat5Elements(placeOf(bytes, littleEndian, file), headerBytes)) {
    if (element.type === matrix) collect(element.content, '', found);
    if (element.type !== compressed) continue;
    const content = inflated(element.content);
    for (const inner of mat5Elements(placeOf(content, littleEndian, file), 0)) {
      if (inner.type === matrix) collect(inner.content, '', found);
    }
  }
  return found;
}

function placeOf(bytes: Uint8Array, littleEndian: boolean, file: string): Mat5Place {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), littleEndian, file };
}

function inflated({ view, file }: Mat5Place): Uint8Array {
  try {
    return inflateSync(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), { maxOutputLength: mostBytes });
  } catch (cause) {
    throw damaged(file, sentence('holds a variable that cannot be inflated: the file is damaged or cut off'), cause);
  }
}

/** @param prefix of the name: the struct or cell that holds it */
function collect(place: Mat5Place, prefix: string, found: StoredArrays, depth = 0): void {
  if (depth > deepest) return;
  const array = readMat5Array(place);
  const name = `${prefix}${array.name}`;
  const { file } = place;
  if (array.isComplex)
    throw unsupported(file, sentence('{name} holds complex numbers. Save their real part or their size.', { name }));
  switch (array.kind) {
    case 'numbers': {
      const count = countOf(array.shape, file, name);
      if (array.values.length < count) throw damaged(file, sentence('holds {name} without all its numbers', { name }));
      const values = rowMajor(array.values.subarray(0, count), array.shape);
      found.numbers.push({ name, shape: array.shape, values, columns: null, rows: null });
      return;
    }
    case 'texts':
      found.texts.push({ name, texts: rowTexts(array.shape, array.values) });
      return;
    case 'cells':
      cells(array.parts, name, found, depth);
      return;
    case 'fields':
      array.parts.forEach((part, i) =>
        collect(part, `${name}.${array.names[i % array.names.length] ?? ''}`, found, depth + 1),
      );
      return;
    case 'other':
      return;
  }
}

/** Cells of texts are a list of texts; others are arrays of their own, numbered as MATLAB does. */
function cells(parts: readonly Mat5Place[], name: string, found: StoredArrays, depth: number): void {
  const texts: string[] = [];
  parts.forEach((part, i) => {
    const inner: StoredArrays = { numbers: [], texts: [] };
    collect(part, `${name}{${i + 1}}`, inner, depth + 1);
    found.numbers.push(...inner.numbers);
    texts.push(...inner.texts.map((each) => each.texts.join(' ')));
  });
  if (texts.length > 0) found.texts.push({ name, texts });
}
