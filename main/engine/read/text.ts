/** Text from bytes: UTF-8 with or without a mark, UTF-16 with one, and Windows-1252 where it is neither. */
import { inputError } from '#app/contract/errors.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

const notText: readonly { start: readonly number[]; what: Sentence }[] = [
  {
    start: [0x50, 0x4b, 0x03, 0x04],
    what: sentence('is an Excel workbook or another ZIP archive. Give it the ending .xlsx, or save the sheet as CSV'),
  },
  { start: [0xd0, 0xcf, 0x11, 0xe0], what: sentence('is an old Excel workbook. Save the sheet as CSV') },
  { start: [0x1f, 0x8b], what: sentence('is compressed with gzip. Unpack it first') },
  { start: [0x24, 0x46, 0x4c, 0x32], what: sentence('is an SPSS file. Save it as CSV') },
  { start: [0x25, 0x50, 0x44, 0x46], what: sentence('is a PDF document. Export the table as CSV') },
];

/**
 * @param name of the file, for messages
 * @throws SpectroscopeError (kind 'input') when the bytes are no text
 */
export function decodeText(name: string, bytes: Uint8Array): string {
  const known = notText.find(({ start }) => start.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) throw binary(name, known.what);
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) throw binary(name, sentence('holds bytes that are no text. Save the table as CSV in UTF-8'));
  if (/^\s*(\/?(\.\.\/)*\.git\/annex\/objects\/|\/annex\/objects\/|version https:\/\/git-lfs)/.test(text)) {
    throw binary(
      name,
      sentence('is a pointer left by git-annex or Git LFS. Fetch the content first (datalad get, git lfs pull)'),
    );
  }
  if (/^\s*<(!doctype|html)/i.test(text))
    throw binary(name, sentence('is a web page: a download that failed. Download it again'));
  return text;
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Programs that write UTF-16 without a mark leave every other byte of plain text zero.
  const start = bytes.subarray(0, 400);
  const zeros = (parity: number) => start.filter((byte, i) => i % 2 === parity && byte === 0).length;
  if (start.length >= 8 && zeros(1) > start.length * 0.4 && zeros(0) === 0) return 'utf-16le';
  if (start.length >= 8 && zeros(0) > start.length * 0.4 && zeros(1) === 0) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function binary(name: string, what: Sentence) {
  return inputError('table-not-text', sentence('{file}: {what}.', { file: name, what }), {
    file: name,
    expected: sentence('a CSV or TSV table'),
  });
}
