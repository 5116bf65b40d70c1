/** What a DICOM file says of itself before its pixels: enough to sort images into series. PS3.5, sections 7 and 10. */
import { nameOfSyntax, syntaxes } from './transfer-syntax.ts';

export interface DicomHeader {
  /** UID, and its name for a person. */
  transferSyntax: string;
  syntaxName: string;
  patientId: string;
  studyUid: string;
  /** When the examination began, YYYYMMDD and HHMMSS one after the other; '' where it is not given. */
  studyTime: string;
  seriesUid: string;
  seriesNumber: number | null;
  description: string;
  modality: string;
  sopClass: string;
  imageType: string[];
  instanceNumber: number | null;
  /** Keywords of the elements that tell who the patient is. */
  identifying: string[];
  /** 0 where the file holds no image. */
  rows: number;
  columns: number;
  frames: number;
  samplesPerPixel: number;
  bitsAllocated: number;
  /** Direction cosines of the rows and columns of pixels, rounded; '' where they are not given. */
  direction: string;
  /** Where the slice lies along its normal, in mm; null where position or direction is not given. */
  alongMm: number | null;
  /** First byte of the pixels, and how many there are; null: compressed, in pieces. */
  pixels: { offset: number; bytes: number | null } | null;
}

export type ParsedDicom =
  /** The bytes end before the pixels are reached: give more. */
  { state: 'short' } | { state: 'other' } | { state: 'header'; header: DicomHeader };

const preamble = 128;
const undefinedLength = 0xffffffff;
/** Sequences within sequences; deeper ones do not occur and could exhaust the stack. */
const deepest = 32;
const longestValue = 4096;
/** Value representations with a length of four bytes (PS3.5, table 7.1-1). */
const longForms = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

const tags = {
  transferSyntax: 0x00020010,
  characterSet: 0x00080005,
  imageType: 0x00080008,
  sopClass: 0x00080016,
  studyDate: 0x00080020,
  studyTime: 0x00080030,
  modality: 0x00080060,
  description: 0x0008103e,
  patientName: 0x00100010,
  patientId: 0x00100020,
  birthDate: 0x00100030,
  address: 0x00101040,
  telephone: 0x00102154,
  protocol: 0x00181030,
  studyUid: 0x0020000d,
  seriesUid: 0x0020000e,
  seriesNumber: 0x00200011,
  instanceNumber: 0x00200013,
  position: 0x00200032,
  direction: 0x00200037,
  samplesPerPixel: 0x00280002,
  frames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
} as const;
const wanted = new Set<number>(Object.values(tags));
const pixelTags = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;

/** @param bytes from the start of the file; @param isWhole there are no more */
export function parseDicom(bytes: Uint8Array, isWhole: boolean): ParsedDicom {
  const reader = new Reader(bytes, isWhole);
  const start = reader.start();
  if (start === null) return { state: isWhole || bytes.length > preamble + 8 ? 'other' : 'short' };
  try {
    reader.read(start);
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    if (!isWhole) return { state: 'short' };
  }
  const header = reader.header();
  return header.seriesUid === '' && header.rows === 0 ? { state: 'other' } : { state: 'header', header };
}

/** The file goes on behind the bytes that are there. */
class EndOfBytes extends Error {}

interface Element {
  tag: number;
  length: number;
  /** Where its value starts. */
  value: number;
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly isWhole: boolean;
  private readonly values = new Map<number, Uint8Array>();
  private littleEndian = true;
  private explicit = true;
  private pixels: DicomHeader['pixels'] = null;

  constructor(bytes: Uint8Array, isWhole: boolean) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.isWhole = isWhole;
  }

  /** Where the elements start; null: not DICOM. Old files have neither preamble nor a word on their syntax. */
  start(): number | null {
    if (this.bytes.length > preamble + 4 && this.text(preamble, 4) === 'DICM') return preamble + 4;
    if (this.bytes.length < 8 || this.view.getUint16(0, true) !== 8) return null;
    this.explicit = /^[A-Z]{2}$/.test(this.text(4, 2));
    return this.view.getUint16(2, true) <= 0x18 && (this.explicit || this.view.getUint32(4, true) < 1024) ? 0 : null;
  }

  read(start: number): void {
    let at = this.readMeta(start);
    while (at + 8 <= this.bytes.length) {
      const element = this.element(at);
      if (pixelTags.has(element.tag)) {
        this.pixels = { offset: element.value, bytes: element.length === undefinedLength ? null : element.length };
        return;
      }
      if (wanted.has(element.tag) && element.length <= longestValue) {
        this.need(element.value + element.length);
        this.values.set(element.tag, this.bytes.subarray(element.value, element.value + element.length));
      }
      at = this.after(element, 0);
    }
    if (!this.isWhole) throw new EndOfBytes();
  }

  /** Group 2 is explicit and little-endian, whatever follows (PS3.10, section 7.1). */
  private readMeta(start: number): number {
    let at = start;
    while (start > 0 && at + 8 <= this.bytes.length && this.view.getUint16(at, true) === 2) {
      const element = this.element(at);
      this.need(element.value + element.length);
      if (element.tag === tags.transferSyntax) {
        this.values.set(element.tag, this.bytes.subarray(element.value, element.value + element.length));
      }
      at = element.value + element.length;
    }
    if (start > 0) {
      const { littleEndian, explicit } = syntaxes[this.string(tags.transferSyntax)] ?? {};
      this.littleEndian = littleEndian ?? true;
      this.explicit = explicit ?? true;
    }
    return at;
  }

  private element(at: number): Element {
    this.need(at + 8);
    const tag = this.view.getUint16(at, this.littleEndian) * 65536 + this.view.getUint16(at + 2, this.littleEndian);
    // Items and their ends have no value representation in any syntax.
    if (!this.explicit || tag >>> 16 === 0xfffe) {
      return { tag, length: this.view.getUint32(at + 4, this.littleEndian), value: at + 8 };
    }
    if (!longForms.has(this.text(at + 4, 2))) {
      return { tag, length: this.view.getUint16(at + 6, this.littleEndian), value: at + 8 };
    }
    this.need(at + 12);
    return { tag, length: this.view.getUint32(at + 8, this.littleEndian), value: at + 12 };
  }

  /** Where the next element starts. A sequence of undefined length is walked through to its end. */
  private after({ length, value }: Element, depth: number): number {
    if (length !== undefinedLength) return value + length;
    if (depth > deepest) throw new EndOfBytes();
    let at = value;
    for (;;) {
      const next = this.element(at);
      if (next.tag === sequenceEnd || next.tag === itemEnd) return next.value;
      // Of a sequence these are items, of an item its elements: both end as above.
      at =
        next.tag === item && next.length !== undefinedLength ? next.value + next.length : this.after(next, depth + 1);
    }
  }

  private need(bytes: number): void {
    if (bytes > this.bytes.length) throw new EndOfBytes();
  }

  private text(at: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + length));
  }

  private string(tag: number): string {
    const value = this.values.get(tag);
    if (value === undefined) return '';
    const utf8 = tag !== tags.characterSet && this.string(tags.characterSet).includes('ISO_IR 192');
    const text = utf8 ? fromUtf8(value) : fromLatin1(value);
    return text.replace(/\0[\s\S]*$/, '').trim();
  }

  private number(tag: number): number | null {
    const text = this.string(tag);
    const value = Number.parseInt(text, 10);
    return Number.isFinite(value) ? value : null;
  }

  private short(tag: number): number {
    const value = this.values.get(tag);
    if (value === undefined || value.length < 2) return 0;
    return new DataView(value.buffer, value.byteOffset, value.length).getUint16(0, this.littleEndian);
  }

  /** A name is of two parts (PS3.5, section 6.2.1); what repeats the id, or says that it was taken out, names nobody. */
  private identifying(): string[] {
    const name = this.string(tags.patientName);
    const isName = /\p{L}{2}.*\^.*\p{L}{2}/u.test(name) && !/anon|removed|deident/i.test(name);
    const isBirth = /^(19|20)\d{6}$/.test(this.string(tags.birthDate)) && !/0101$/.test(this.string(tags.birthDate));
    return [
      ...(isName && name !== this.string(tags.patientId) ? ['PatientName'] : []),
      ...(isBirth ? ['PatientBirthDate'] : []),
      ...(this.string(tags.address) === '' ? [] : ['PatientAddress']),
      ...(this.string(tags.telephone) === '' ? [] : ['PatientTelephoneNumbers']),
    ];
  }

  header(): DicomHeader {
    const transferSyntax = this.string(tags.transferSyntax);
    const rows = this.short(tags.rows);
    return {
      transferSyntax,
      syntaxName: nameOfSyntax(transferSyntax),
      patientId: this.string(tags.patientId),
      studyUid: this.string(tags.studyUid),
      studyTime: this.string(tags.studyDate) + this.string(tags.studyTime),
      seriesUid: this.string(tags.seriesUid),
      seriesNumber: this.number(tags.seriesNumber),
      description: this.string(tags.description) || this.string(tags.protocol),
      modality: this.string(tags.modality),
      sopClass: this.string(tags.sopClass),
      imageType: this.string(tags.imageType)
        .split('\\')
        .map((part) => part.trim().toUpperCase()),
      instanceNumber: this.number(tags.instanceNumber),
      identifying: this.identifying(),
      rows,
      columns: this.short(tags.columns),
      frames: Math.max(1, this.number(tags.frames) ?? 1),
      samplesPerPixel: this.short(tags.samplesPerPixel) || 1,
      bitsAllocated: this.short(tags.bitsAllocated) || 16,
      direction: this.string(tags.direction)
        .split('\\')
        .map((part) => Number(part).toFixed(1))
        .join(' '),
      alongMm: alongNormal(this.decimals(tags.position), this.decimals(tags.direction)),
      pixels: this.pixels,
    };
  }

  private decimals(tag: number): number[] {
    return this.string(tag).split('\\').map(Number);
  }
}

/** @param cosines of the rows, then of the columns (PS3.3, section C.7.6.2.1.1) */
function alongNormal(position: readonly number[], cosines: readonly number[]): number | null {
  const [x = NaN, y = NaN, z = NaN] = position;
  const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN, f = NaN] = cosines;
  const along = x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
  return Number.isFinite(along) ? along : null;
}

function fromLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function fromUtf8(bytes: Uint8Array): string {
  try {
    return decodeURIComponent([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return fromLatin1(bytes);
  }
}
