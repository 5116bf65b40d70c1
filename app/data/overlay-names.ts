/**
 * Names of an atlas's labels, from a text: a table with a number and a name in each row (BIDS's `dseg.tsv`, a CSV) or a
 * colour table of FreeSurfer (`No. Label Name: R G B A`).
 */

/** @returns names by label; empty where no row holds a number and a name */
export function labelNames(text: string): Map<number, string> {
  const names = new Map<number, string>();
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const cells = rows.map(cellsOf);
  const header = cells[0]?.map((cell) => cell.toLowerCase()) ?? [];
  const named = header.findIndex((cell) => ['name', 'region', 'label_name', 'structure', 'roi'].includes(cell));
  const numbered = header.findIndex((cell) => ['index', 'value', 'id', 'number', 'label', 'label_id'].includes(cell));
  for (const row of cells) {
    const at = numbered >= 0 ? numbered : row.findIndex(isNumber);
    const number = row[at] ?? '';
    const name = named >= 0 ? row[named] : row.find((cell, column) => column !== at && cell !== '' && !isNumber(cell));
    if (isNumber(number) && name !== undefined && name !== '') names.set(Number(number), name);
  }
  return names;
}

function isNumber(cell: string): boolean {
  return /^\d+(\.0*)?$/.test(cell);
}

function cellsOf(line: string): string[] {
  const cells = line.includes('\t')
    ? line.split('\t')
    : /[,;]/.test(line)
      ? line.split(/[,;]/)
      : line.trim().split(/\s+/);
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
