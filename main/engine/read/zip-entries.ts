/** What a ZIP archive holds, from the directory at its end, before anything is unpacked. */

export interface ZipEntry {
  path: string;
  /** Unpacked, as the directory says. */
  bytes: number;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const endBytes = 22;
/** The comment after the directory's end is at most so long. */
const longestComment = 0xffff;

/** @returns null where the bytes have no readable directory: no archive, or one that was cut off */
export function zipEntries(bytes: Buffer): ZipEntry[] | null {
  for (let end = bytes.length - endBytes; end >= Math.max(0, bytes.length - endBytes - longestComment); end--) {
    if (bytes.readUInt32LE(end) === endOfDirectory) {
      return entriesFrom(bytes, bytes.readUInt32LE(end + 16), bytes.readUInt16LE(end + 10));
    }
  }
  return null;
}

function entriesFrom(bytes: Buffer, start: number, count: number): ZipEntry[] | null {
  const entries: ZipEntry[] = [];
  let at = start;
  for (let entry = 0; entry < count; entry++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== directoryEntry) return null;
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({ path: bytes.toString('utf8', at + 46, at + 46 + nameLength), bytes: bytes.readUInt32LE(at + 24) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
