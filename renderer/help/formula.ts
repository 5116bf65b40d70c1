/** Formulas as the glossary writes them: `G_g`, `Σ_{i ≤ k}`. */

export interface FormulaPart {
  text: string;
  /** Below the line. */
  low: boolean;
}

/** @returns what stands on the line and what below it, in turn; an index is one Latin word, or what braces hold */
export function formulaParts(formula: string): FormulaPart[] {
  return formula
    .split(/_(\{[^}]*\}|[A-Za-z]+)/)
    .map((text, at) => ({ text: at % 2 === 1 ? text.replace(/^\{|\}$/g, '') : text, low: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
