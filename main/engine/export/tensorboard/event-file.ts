/**
 * An event file of TensorBoard: records framed as TFRecord (length, masked CRC-32C of the length, data, masked CRC-32C of
 * the data), each a protocol buffer `tensorflow.Event` (tensorflow/core/util/event.proto).
 */
import type { OutputFile } from '../output-file.ts';

export interface ScalarPoint {
  tag: string;
  value: number;
}

const pieceBytes = 1 << 16;

export class EventFile {
  /** Points written. */
  points = 0;
  private readonly output: OutputFile;
  private readonly pieces: Buffer[] = [];
  private held = 0;

  constructor(output: OutputFile, startSeconds: number) {
    this.output = output;
    this.record(Buffer.concat([doubleField(1, startSeconds), bytesField(3, Buffer.from('brain.Event:2'))]));
  }

  /** Values that are none are left out. */
  scalars(step: number, wallSeconds: number, points: readonly ScalarPoint[]): void {
    const present = points.filter(({ value }) => !Number.isNaN(value));
    if (present.length === 0) return;
    const values = present.map(({ tag, value }) =>
      bytesField(1, Buffer.concat([bytesField(1, Buffer.from(tag, 'utf8')), floatField(2, value)])),
    );
    const summary = bytesField(5, Buffer.concat(values));
    this.record(Buffer.concat([doubleField(1, wallSeconds), integerField(2, step), summary]));
    this.points += present.length;
  }

  finish(): void {
    this.flush();
    this.output.finish();
  }

  close(): void {
    this.output.close();
  }

  private record(data: Buffer): void {
    const head = Buffer.alloc(12);
    head.writeBigUInt64LE(BigInt(data.length), 0);
    head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(maskedCrc32c(data), 0);
    this.pieces.push(head, data, tail);
    this.held += data.length + 16;
    if (this.held >= pieceBytes) this.flush();
  }

  private flush(): void {
    this.output.append(Buffer.concat(this.pieces));
    this.pieces.length = 0;
    this.held = 0;
  }
}

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function field(number: number, type: number): Buffer {
  return varint(number * 8 + type);
}

function integerField(number: number, value: number): Buffer {
  return Buffer.concat([field(number, wire.varint), varint(value)]);
}

function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value, 0);
  return Buffer.concat([field(number, wire.fixed64), bytes]);
}

function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value, 0);
  return Buffer.concat([field(number, wire.fixed32), bytes]);
}

function bytesField(number: number, value: Buffer): Buffer {
  return Buffer.concat([field(number, wire.bytes), varint(value.length), value]);
}

/** Remainders of the bytes by Castagnoli's polynomial, reflected. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (remainders[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  const whole = ~crc >>> 0;
  return (((whole >>> 15) | (whole << 17)) + 0xa282ead8) >>> 0;
}
