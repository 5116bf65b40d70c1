/** Named arrays in a tree, whatever the format: each announces its shape and is then handed its numbers in order. */

export type NumberType = 'int32' | 'float32' | 'float64';

export type Attributes = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>;

export interface NumberArray {
  /** The next numbers, C order. */
  append(values: ArrayLike<number>): void;
}

export interface ArraySink {
  /** What is to be known of a group of arrays, or of an array that was announced. */
  attributes(path: string, attributes: Attributes): void;
  numbers(path: string, type: NumberType, shape: readonly number[]): NumberArray;
  texts(path: string, texts: readonly string[]): void;
  /** @throws TypeError when an array was handed fewer numbers than it announced */
  finish(): void;
}

type TypedArray = Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const constructors = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** Numbers of an array that wait until a piece is full. */
export class ArrayPieces implements NumberArray {
  private readonly total: number;
  private readonly buffer: TypedArray;
  private readonly write: (piece: TypedArray, from: number) => void;
  private held = 0;
  private written = 0;

  /**
   * @param pieceLength numbers that are written at once
   * @param write handed a piece and the number of those before it; the piece is used again afterwards
   */
  constructor(
    type: NumberType,
    shape: readonly number[],
    pieceLength: number,
    write: (piece: TypedArray, from: number) => void,
  ) {
    this.total = shape.reduce((product, edge) => product * edge, 1);
    this.buffer = new constructors[type](Math.max(1, Math.min(pieceLength, this.total)));
    this.write = write;
  }

  get isComplete(): boolean {
    return this.written === this.total;
  }

  append(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) {
      if (this.written + this.held === this.total) throw new TypeError('An array is handed more than it announced.');
      this.buffer[this.held++] = values[i] ?? Number.NaN;
      if (this.held === this.buffer.length || this.written + this.held === this.total) this.flush();
    }
  }

  private flush(): void {
    const from = this.written;
    this.written += this.held;
    this.write(this.buffer.subarray(0, this.held), from);
    this.held = 0;
  }
}
