/** What a regrouped session says of itself. */
import { basename } from 'node:path';
import type { SessionLayer } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { gramCadence } from '#app/spectra/kept-grams.ts';
import type { LayerLayout } from '#app/spectra/layout.ts';
import type { Labelling } from '#app/study/study.ts';
import { sentence, spoken } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { int32Of } from './blob.ts';
import { loadCard, loadRuns, type SessionBody } from './header.ts';
import type { ReplaySource } from './replay-source.ts';
import type { SessionStore } from './store.ts';
import type { SessionHeader } from './types.ts';

/** A layer of the new session. */
export interface PlannedLayer {
  view: SessionLayer;
  layout: LayerLayout;
  /** Where the session kept Grams of it: its number there, and the quantities whose spectra they give. */
  grams: { stored: number; regrouped: readonly Quantity[] } | null;
}

/** Where each number of the new session comes from. */
export interface RegroupPlan {
  layers: readonly PlannedLayer[];
  groupOf: readonly number[];
  groups: number;
  replay: ReplaySource | null;
}

export function regroupedHeader(
  store: SessionStore,
  body: SessionBody,
  plan: RegroupPlan,
  labelling: Labelling,
  title: string | null,
): SessionHeader {
  const card = loadCard(store.database, false);
  const by = labelling.column ?? sentence('a list');
  const { capture } = body.configuration;
  return {
    title: title ?? t('{title}, regrouped by {by}', { title: card.title, by: spoken(by) }),
    study: { ...body.study, target: body.study.target ?? body.study.groups, groups: labelling },
    classes: body.classes,
    targetIsGroups: false,
    subjects: body.subjects.map((subject, i) => ({ ...subject, group: plan.groupOf[i] ?? 0 })),
    configuration: {
      ...body.configuration,
      capture: { ...capture, every: cadenceOf(plan, gramCadence(capture)), grams: null, replay: null },
    },
    provenance: {
      ...body.provenance,
      ...body.provenanceSaid,
      'regrouped from': basename(store.file),
      'regrouped by': by,
    },
    inputShape: body.inputShape,
    layers: plan.layers.map(({ view, layout }, index) => ({ view: { ...view, index }, layout })),
    scalars: body.scalars,
    runs: loadRuns(store.database, false).map((run) => ({
      ...run,
      trainingGroups: trainingGroups(store, run.index, run.trainingSubjects, plan),
    })),
  };
}

/** Subjects of the run's training part by the new groups: those that its batches brought. */
function trainingGroups(
  store: SessionStore,
  run: number,
  subjects: number,
  { groupOf, groups }: RegroupPlan,
): number[] {
  const seen = new Set<number>();
  for (const row of store.statement('SELECT subjects FROM step WHERE run = ? ORDER BY step').iterate(run)) {
    for (const subject of int32Of(row['subjects'])) seen.add(subject);
    if (seen.size >= subjects) break;
  }
  const counts = new Array<number>(groups).fill(0);
  for (const subject of seen) counts[groupOf[subject] ?? 0] = (counts[groupOf[subject] ?? 0] ?? 0) + 1;
  return counts;
}

/** Steps from one that has spectra to the next, at least. */
function cadenceOf({ replay }: RegroupPlan, grams: number): number {
  const [first = 0, second = 1] = [...(replay?.stepsOf(0) ?? [])];
  if (replay === null) return grams;
  const replayed = Math.max(1, second - first);
  return grams === 0 ? replayed : Math.min(grams, replayed);
}
