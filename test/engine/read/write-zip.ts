/** A ZIP archive whose files are stored as they are. */
import { crc32 } from 'node:zlib';

export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, content] = [Buffer.from(path), typeof text === 'string' ? Buffer.from(text) : text];
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(content), 0);
    sizes.writeUInt32LE(content.length, 4);
    sizes.writeUInt32LE(content.length, 8);
    const lengths = Buffer.from([name.length & 255, name.length >> 8, 0, 0]);
    const stored = [Buffer.alloc(8), sizes, lengths];
    const header = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0]), ...stored, name, content]);
    const entry = Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0]), ...stored, Buffer.alloc(14), name]);
    entry.writeUInt32LE(at, 42);
    local.push(header);
    directory.push(entry);
    at += header.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, ...directory, end]);
}
