import { afterEach, describe, expect, it } from 'vitest';
import { isLeftByMatching } from '../../../renderer/pages/cohort/match-preview.ts';
import { notMatchedOn, notMatchedWithout, reasonText } from '#app/study/exclusion.ts';
import { speak } from '#app/text/text.ts';

describe('the reason why a subject is left out', () => {
  afterEach(() => speak('en', {}));

  it('is said in the chosen language, and kept in English so that matching knows whom it left', () => {
    speak('de', {
      'Not matched on {columns}': 'Ohne Partner in {columns}',
      'Not matched: no value of {columns}': 'Ohne Partner: kein Wert von {columns}',
    });
    const [on, without] = [notMatchedOn(['age', 'sex']), notMatchedWithout(['age'])];
    expect([on, without].map(isLeftByMatching)).toEqual([true, true]);
    expect([on, without].map((reason) => reasonText(reason, []))).toEqual([
      'Ohne Partner in age, sex',
      'Ohne Partner: kein Wert von age',
    ]);
  });

  it('stays as a person wrote it', () => {
    expect(reasonText('Motion above 0.5 mm', [])).toBe('Motion above 0.5 mm');
  });
});
