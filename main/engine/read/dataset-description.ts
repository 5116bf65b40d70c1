/** What `dataset_description.json` says of a BIDS tree: its name, and where the data come from. */
import { join } from 'node:path';
import * as v from 'valibot';
import type { Problem } from '#app/study/study.ts';
import { warningOf } from './cohort.ts';
import { readJson } from './table.ts';

const descriptionSchema = v.object({
  Name: v.optional(v.string()),
  License: v.optional(v.string()),
  HowToAcknowledge: v.optional(v.string()),
  DatasetDOI: v.optional(v.string()),
});

export interface Described {
  root: string;
  name: string;
  attribution: string;
  problems: Problem[];
}

/** Fills in the name and the attribution; a damaged file is a problem of its own. */
export async function describeDataset(sources: Described): Promise<void> {
  try {
    const parsed = v.safeParse(descriptionSchema, await readJson(join(sources.root, 'dataset_description.json')));
    if (!parsed.success) return;
    const { Name, License, HowToAcknowledge, DatasetDOI } = parsed.output;
    sources.name = Name ?? sources.name;
    sources.attribution = [
      License === undefined ? '' : `Licence: ${License}.`,
      HowToAcknowledge ?? '',
      DatasetDOI ?? '',
    ]
      .filter((part) => part !== '')
      .join(' ');
  } catch (error) {
    sources.problems.push(warningOf(error));
  }
}
