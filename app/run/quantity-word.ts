import { t } from '#app/text/text.ts';
import type { Quantity } from './configuration.ts';

/** As it stands within a sentence. */
export function quantityWord(quantity: Quantity): string {
  switch (quantity) {
    case 'activations':
      return t('activations');
    case 'adjoints':
      return t('adjoints');
    case 'gradient':
      return t('gradient');
  }
}
