/** A report as one HTML page that asks for nothing outside of itself. */
import { calibrationSection } from './calibration-section.ts';
import { checklistSection } from './checklist.ts';
import { cohortSection } from './cohort-section.ts';
import { Composition, section } from './composition.ts';
import { inferenceSection } from './inference-section.ts';
import { limitsSection } from './limits.ts';
import { dataScript, element, rendered, styleSheet } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { methodsSection } from './methods.ts';
import { modelSection, preparationSection } from './model-section.ts';
import { asked, keyFindings, masthead } from './opening.ts';
import { provenanceSection } from './provenance-section.ts';
import { spectraSection } from './spectra-section.ts';
import { reportStyle } from './style.ts';
import { trainingSection } from './training-section.ts';

/** Even a browser that is asked to could load nothing: no scripts, no images, no fonts. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const contents = [
  ['asked', 'What was asked'],
  ['findings', 'Key findings'],
  ['cohort', 'Subjects'],
  ['model', 'Model'],
  ['preparation', 'Preparation of the data'],
  ['training', 'Training and performance'],
  ['spectra', 'Spectra'],
  ['inference', 'Inference'],
  ['calibration', 'Calibration of the tests'],
  ['limits', 'Limits'],
  ['methods', 'Methods, as they were carried out'],
  ['provenance', 'Provenance'],
  ['checklist', 'Reporting checklists'],
  ['references', 'References'],
] as const;

/** @returns the whole document, in UTF-8 */
export function reportPage(material: ReportMaterial): string {
  const composition = new Composition(material.session.file);
  const title = material.session.title === '' ? material.session.file : material.session.title;
  const body = [
    masthead(material),
    element(
      'nav',
      { 'aria-labelledby': 'contents-title' },
      element('h2', { id: 'contents-title' }, 'Contents'),
      element('ol', {}, ...contents.map(([id, name]) => element('li', {}, element('a', { href: `#${id}` }, name)))),
    ),
    element(
      'main',
      {},
      asked(material, composition),
      keyFindings(material),
      cohortSection(material, composition),
      modelSection(material, composition),
      preparationSection(material, composition),
      trainingSection(material, composition),
      spectraSection(material, composition),
      inferenceSection(material, composition),
      calibrationSection(material, composition),
      limitsSection(material),
      methodsSection(material, composition),
      provenanceSection(material, composition),
      checklistSection(material, composition),
      section('references', 'References', composition.references()),
    ),
    dataScript('report-data', material),
  ];
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, `${title}: report`),
    styleSheet(reportStyle),
  );
  return `<!doctype html>\n${rendered(element('html', { lang: 'en' }, head, element('body', {}, ...body)))}\n`;
}
