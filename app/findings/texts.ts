/** What is said of a layer that stands out: whole sentences, of all samples and of a group. */
import { quantityWord } from '#app/run/quantity-word.ts';
import { t } from '#app/text/text.ts';
import type { SetCourse } from './course.ts';

/** @param step the first from which on it is so */
export function deadText({ quantity, layer, group }: SetCourse, step: number): string {
  const said = { layer, group: group ?? '', step };
  const all = group === null;
  switch (quantity) {
    case 'activations':
      return all
        ? t('{layer}: no activation reaches it, so it learns nothing from any sample (from step {step} on).', said)
        : t(
            '{layer}: no activation of {group} reaches it, so it learns nothing from {group} (from step {step} on).',
            said,
          );
    case 'adjoints':
      return all
        ? t('{layer}: no error comes back to it, so it learns nothing from any sample (from step {step} on).', said)
        : t(
            '{layer}: no error of {group} comes back to it, so it learns nothing from {group} (from step {step} on).',
            said,
          );
    case 'gradient':
      return all
        ? t('{layer}: its weights have no gradient, so it learns nothing from any sample (from step {step} on).', said)
        : t(
            '{layer}: its weights have no gradient of {group}, so it learns nothing from {group} (from step {step} on).',
            said,
          );
  }
}

export function saturationText({ layer, group }: SetCourse, step: number): string {
  return group === null
    ? t(
        '{layer}: the gradient has fallen to less than a thousandth of what it was, so it hardly learns any more (from step {step} on).',
        { layer, step },
      )
    : t(
        '{layer}: the gradient of {group} has fallen to less than a thousandth of what it was, so it hardly learns any more (from step {step} on).',
        { layer, group, step },
      );
}

/** @param before the largest effective rank before it fell */
export function collapseText({ quantity, layer, group, possible }: SetCourse, before: number, step: number): string {
  const said = { layer, quantity: quantityWord(quantity), rank: before.toFixed(1), possible, step };
  return group === null
    ? t(
        '{layer}: the effective rank of the {quantity} fell from {rank} to 1 (of {possible} possible): all samples pull in one direction (from step {step} on).',
        said,
      )
    : t(
        '{layer}: the effective rank of the {quantity} of {group} fell from {rank} to 1 (of {possible} possible): all samples pull in one direction (from step {step} on).',
        { ...said, group },
      );
}
