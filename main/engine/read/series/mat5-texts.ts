/** Texts of MATLAB: a character matrix holds one in each row. */

/**
 * @param shape rows x characters
 * @param codes of the characters, column by column
 */
export function rowTexts(shape: readonly number[], codes: ArrayLike<number>): string[] {
  const [rows = 0, length = 0] = shape;
  return Array.from({ length: rows }, (_, row) => {
    let text = '';
    for (let place = 0; place < length; place++) text += String.fromCharCode(codes[place * rows + row] ?? 32);
    return text.trimEnd();
  });
}
