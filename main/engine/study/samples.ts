/** The bundled studies: a folder each in `main/samples`, with data, licence and what to do with them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { inputError } from '#app/contract/errors.ts';
import { applyEdit } from '#app/study/edit.ts';
import type { Study } from '#app/study/study.ts';
import { spokenLanguage, t } from '#app/text/text.ts';
import { importStudy } from '../read/import.ts';
import { readJson } from '../read/table.ts';
import type { Call } from '../serve/handlers.ts';

const wordsSchema = {
  title: v.string(),
  /** What it is and what a network can learn from it. */
  description: v.string(),
};

const sampleSchema = v.object({
  id: v.string(),
  /** Place in the list. */
  order: v.number(),
  ...wordsSchema,
  /** The same in other languages; a study that is made of the sample keeps the English. */
  languages: v.record(v.string(), v.object(wordsSchema)),
  licence: v.string(),
  citation: v.string(),
  /** Table within the folder that names the subjects. */
  table: v.string(),
  recommended: v.object({
    group: v.string(),
    /** null: the groups. */
    target: v.nullable(v.string()),
    /** Names of group values as they are shown: { SCHZ: 'schizophrenia' }. */
    names: v.record(v.string(), v.string()),
    /** null: all numbers that were recognised as such. */
    features: v.nullable(v.array(v.string())),
    model: v.string(),
  }),
});
export type Sample = v.InferOutput<typeof sampleSchema>;

// In a package the samples stand beside the engine's one folder of modules.
const folder = import.meta.url.endsWith('.ts')
  ? join(import.meta.dirname, '..', '..', 'samples')
  : join(import.meta.dirname, 'samples');

export async function listSamples(): Promise<Sample[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const samples = await Promise.all(ids.sort().map((id) => readSample(id)));
  return samples.sort((a, b) => a.order - b.order);
}

async function readSample(id: string): Promise<Sample> {
  return v.parse(sampleSchema, await readJson(join(folder, id, 'sample.json')));
}

/** Title and description in the language that is spoken. */
export function sampleWords({ title, description, languages }: Sample): Pick<Sample, 'title' | 'description'> {
  return languages[spokenLanguage()] ?? { title, description };
}

/** The one study of the library that a sample is opened as. */
export function sampleStudyId(sample: string): string {
  return `sample-${sample}`;
}

/**
 * A bundled study with its groups, target and features set.
 * @throws SpectroscopeError (kind 'input') when there is no such sample
 */
export async function openSample(id: string, call: Pick<Call, 'signal' | 'progress'>): Promise<Study> {
  const samples = await listSamples();
  const sample = samples.find((candidate) => candidate.id === id);
  if (sample === undefined) {
    throw inputError(
      'unknown-sample',
      t("There is no sample '{id}'. Samples are: {samples}.", {
        id,
        samples: samples.map((known) => known.id).join(', '),
      }),
      { field: 'sample' },
    );
  }
  const { group, target, names, features } = sample.recommended;
  const place = join(folder, id);
  const table = join(place, sample.table);
  const paths = [sample.recommended.model === 'cnn3d' ? place : table];
  // The bundled scans are known to be whole: their headers and hashes are enough.
  let study = await importStudy({ paths, table, idColumn: null, fileColumn: null, check: 'header' }, call);
  study = {
    ...study,
    id: sampleStudyId(id),
    name: sample.title,
    description: sample.description,
    attribution: `${sample.licence}. ${sample.citation}`,
  };
  study = applyEdit(study, { kind: 'label-by-column', labelling: 'groups', column: group });
  for (const [value, name] of Object.entries(names)) {
    if (study.groups.groups.some((known) => known.name === value)) {
      study = applyEdit(study, { kind: 'change-group', labelling: 'groups', name: value, change: { name } });
    }
  }
  if (target !== null) study = applyEdit(study, { kind: 'label-by-column', labelling: 'target', column: target });
  if (features !== null) {
    const recognised = study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name);
    study = applyEdit(study, { kind: 'features', columns: recognised, included: false });
    study = applyEdit(study, { kind: 'features', columns: features, included: true });
  }
  return study;
}
