/** What stands out at the cursor, in words. Descriptions only: nothing here is an inference. */
import type { SessionView } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { DetailFrame } from './cursor-plot.ts';
import { formatCount, formatPercent } from './format.ts';
import type { SampleSet } from './sets.ts';
import { quantityAdjectives, scaleNames } from './words.ts';

export interface Note {
  title: string;
  text: string;
  tone: 'note' | 'warning';
}

/** Share of each group in the energy of the groups [groups], at the cursor; NaN where a group is absent. */
export function energyShares(frame: DetailFrame, groups: readonly SampleSet[]): number[] {
  const summaries = frame.detail.spectra.find((each) => each.quantity === frame.quantity)?.summaries ?? [];
  const energies = groups.map((group) => summaries[group.index]?.['energy'] ?? NaN);
  const total = energies.reduce((sum, energy) => sum + (Number.isFinite(energy) ? energy : 0), 0);
  return energies.map((energy) => (total > 0 ? energy / total : NaN));
}

export function notesAt(view: SessionView, frame: DetailFrame | null, sets: readonly SampleSet[]): Note[] {
  const notes: Note[] = [];
  const groups = sets.filter((set) => !set.isAll);
  if (frame !== null && frame.detail.step >= 0) {
    const step = formatCount(frame.detail.step);
    const shares = energyShares(frame, groups);
    const most = shares.reduce((best, share, index) => (share > (shares[best] ?? 0) ? index : best), 0);
    const share = shares[most] ?? NaN;
    const present = shares.filter((each) => each > 0).length;
    if (present > 1 && share > 1.4 / present && share > 0.6) {
      notes.push({
        title: t('{group} dominates {layer}', { group: groups[most]?.name ?? '', layer: frame.layer }),
        text: t('{percent} of the {quantity} energy of the groups, {scale}, at step {step}.', {
          ...{ percent: formatPercent(share), step },
          ...{ quantity: quantityAdjectives[frame.quantity], scale: scaleNames[frame.scale] },
        }),
        tone: 'note',
      });
    }
    const absent = groups.filter((group) => frame.detail.samples[group.index] === 0);
    if (absent.length > 0) {
      notes.push({
        title: t('No sample of {groups}', { groups: absent.map((group) => group.name).join(', ') }),
        text: t('The batch at step {step} has none, so there is no spectrum of that group.', { step }),
        tone: 'note',
      });
    }
  }
  const layer = view.layers.find((each) => each.name === frame?.layer);
  const relative = layer?.quantities.find((each) => each.quantity === frame?.quantity)?.relativeFloor;
  if (relative !== undefined && relative > 0) {
    const exponent = Math.log10(relative);
    if (exponent > -6) {
      notes.push({
        title: t('Coarse resolution'),
        text: t('Values below {share} of the largest are not resolved in this layer.', {
          share: relative.toExponential(1),
        }),
        tone: 'warning',
      });
    }
  }
  return notes;
}
