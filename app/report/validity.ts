/** Reads the program's own account of its validity (docs/validity.md), so that a report tells what was measured. */

export interface ValidityPart {
  heading: string;
  /** In the order of the text. */
  blocks: ({ kind: 'paragraph' | 'command'; text: string } | { kind: 'table'; head: string[]; rows: string[][] })[];
}

/** @param markdown headings of the second level, paragraphs, indented commands and tables */
export function validityParts(markdown: string): ValidityPart[] {
  const parts: ValidityPart[] = [{ heading: '', blocks: [] }];
  for (const block of markdown.split(/\n\s*\n/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const [first = ''] = lines;
    if (first.startsWith('# ')) continue;
    if (first.startsWith('## ')) parts.push({ heading: plain(first.slice(3)), blocks: [] });
    else if (lines.length > 0) parts.at(-1)?.blocks.push(blockOf(lines));
  }
  return parts.filter(({ blocks }) => blocks.length > 0);
}

function blockOf(lines: readonly string[]): ValidityPart['blocks'][number] {
  if (lines.every((line) => line.startsWith('    ')))
    return { kind: 'command', text: lines.map((line) => line.trim()).join('\n') };
  if (lines.length > 1 && lines.every((line) => line.startsWith('|'))) {
    const [head = [], , ...rows] = lines.map((line) => line.slice(1, line.lastIndexOf('|')).split('|').map(plain));
    return { kind: 'table', head, rows };
  }
  return { kind: 'paragraph', text: plain(lines.map((line) => line.replace(/^[*-] /, '• ')).join(' ')) };
}

function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .trim();
}
