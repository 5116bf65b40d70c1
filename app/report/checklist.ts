/** Reporting guidelines, with what the session knows filled in, and nothing else. */
import type { ChecklistItem } from './checklist-item.ts';
import { element, type Content, type Markup } from './markup.ts';
import { heading, paragraph, section, type Composition } from './composition.ts';
import { claimItems } from './claim-items.ts';
import type { ReportMaterial } from './material.ts';
import { tripodItems } from './tripod-items.ts';

export function checklistSection(material: ReportMaterial, composition: Composition): Markup {
  return section(
    'checklist',
    'Reporting checklists',
    paragraph(
      'All items by number and name; what an item asks in full is in the guidelines. What the session knows is filled in; “to be completed” and “to be filled in by the authors” mark the rest. An item that does not concern the study stays with the authors to say so. What CLAIM calls internal testing is called validation in this report: performance on subjects of the study that a network was not trained on.',
    ),
    heading(['CLAIM, 2024 update ', composition.cite('claim')]),
    checklist('CLAIM 2024: items, and what the session knows of them.', claimItems, material, composition),
    heading(['TRIPOD+AI ', composition.cite('tripod')]),
    checklist('TRIPOD+AI: items, and what the session knows of them.', tripodItems, material, composition),
  );
}

function checklist(
  caption: string,
  items: readonly ChecklistItem[],
  material: ReportMaterial,
  composition: Composition,
): Markup {
  const rows = items.map(({ number, topic, known, isWhole = false }): Content[] => {
    const text = known(material);
    const open = element(
      'span',
      { class: 'open' },
      text === null ? 'To be filled in by the authors.' : 'To be completed by the authors.',
    );
    return [number, topic, text === null ? open : isWhole ? text : [text, ' ', open]];
  });
  return composition.table({
    caption,
    head: ['Item', 'Topic', 'In this report'],
    words: [0, 1, 2],
    rows,
    source: null,
    kind: 'checklist',
  });
}
