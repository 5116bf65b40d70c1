/** Whole files one after another in memory that is used again: fresh memory for each would keep the garbage collector busy. */
import { open } from 'node:fs/promises';
import { fileSize, unreadable } from './read-file.ts';

/** Larger ones are not kept for the next file. */
const mostKeptBytes = 1 << 26;

let free: ArrayBuffer[] = [];
let lent = 0;

/**
 * @param work with the content, which is not valid any more once the work has ended
 * @throws SpectroscopeError (kind 'input') as `readWhole`, and what `work` throws
 */
export async function withContent<T>(path: string, work: (content: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
  const bytes = await fileSize(path);
  lent++;
  const room = roomFor(bytes);
  try {
    return await work(await readInto(path, new Uint8Array(room, 0, bytes)));
  } finally {
    lent--;
    if (room.byteLength <= mostKeptBytes) free.push(room);
    // Nobody reads any more: nothing is held until the next import.
    if (lent === 0) free = [];
  }
}

/** One that is large enough and not far too large; where there is none, what was kept for files of another size goes. */
function roomFor(bytes: number): ArrayBuffer {
  const fitting = free.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
  const [room] = fitting === -1 ? [] : free.splice(fitting, 1);
  if (room !== undefined) return room;
  free = [];
  return new ArrayBuffer(Math.ceil(bytes * 1.25));
}

/** @returns what the file has of as many bytes as there is room for */
async function readInto(path: string, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path);
    try {
      let length = 0;
      while (length < content.length) {
        const { bytesRead } = await file.read(content, length, content.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return content.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}
