/** Apache Parquet: the same tables in columns, compressed, for pandas, R (arrow), DuckDB, Spark. */
import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from 'hyparquet-writer';
import type { OutputFile } from './output-file.ts';
import type { ColumnType, ExportCell, ExportTable } from './tables/table.ts';

/** Rows that are held at once. */
const rowGroup = 16_384;

const types: Readonly<Record<ColumnType, BasicType>> = {
  integer: 'INT32',
  real32: 'FLOAT',
  real64: 'DOUBLE',
  flag: 'BOOLEAN',
  text: 'STRING',
};

/** @returns rows written */
export function writeParquet({ columns, rows }: ExportTable, output: OutputFile): number {
  const empty = columns.map(({ name, type }) => ({ name, type: types[type], data: [] }));
  const parquet = new ParquetWriter({
    writer: new ParquetOutput(output),
    schema: schemaFromColumnData({ columnData: empty }),
    createdBy: 'Spectroscope',
  });
  let held: (ExportCell | boolean)[][] = columns.map(() => []);
  let written = 0;
  const writeHeld = (): void => {
    const columnData = columns.map(({ name, type }, i) => ({ name, type: types[type], data: held[i] ?? [] }));
    void parquet.write({ columnData, rowGroupSize: rowGroup });
    held = columns.map(() => []);
  };
  for (const row of rows) {
    columns.forEach(({ type }, i) => held[i]?.push(valueOf(row[i] ?? null, type)));
    written += 1;
    if (written % rowGroup === 0) writeHeld();
  }
  if (written % rowGroup !== 0) writeHeld();
  void parquet.finish();
  return written;
}

function valueOf(cell: ExportCell, type: ColumnType): ExportCell | boolean {
  if (cell === null || Number.isNaN(cell)) return null;
  return type === 'flag' ? cell === 1 : cell;
}

/** What is encoded goes to the file after each row group. */
class ParquetOutput extends ByteWriter {
  private readonly output: OutputFile;

  constructor(output: OutputFile) {
    super();
    this.output = output;
  }

  flush(): void {
    this.output.append(new Uint8Array(this.buffer, 0, this.index));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
