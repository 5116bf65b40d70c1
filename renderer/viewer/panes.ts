/** Which volumes are side by side in the viewer. */
import type { VolumeSource } from '#app/contract/volume.ts';
import type { StudyView } from '#app/contract/operations.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { t } from '#app/text/text.ts';

export interface Pane {
  key: string;
  title: string;
  caption: string;
  source: VolumeSource;
  closable: boolean;
  /** Its values are of another scale than the first volume's. */
  otherScale: boolean;
}

/** More do not fit a window, nor its memory. */
export const mostPanes = 4;

export interface PaneChoice {
  subject: string | null;
  /** A file instead of the subject. */
  file: { token: string; name: string } | null;
  /** Subjects beside the first. */
  beside: readonly string[];
  /** The first subject as the design prepares it, beside it; null: not. */
  prepared: PreparationSettings | null;
}

export function panesOf({ subject, file, beside, prepared }: PaneChoice, view: StudyView | null): Pane[] {
  const panes: Pane[] = [];
  if (file !== null) {
    const source: VolumeSource = { kind: 'file', file: { token: file.token } };
    panes.push({ key: file.token, title: file.name, caption: '', source, closable: true, otherScale: false });
  } else if (subject !== null) {
    panes.push(subjectPane(subject, view, false));
    if (prepared !== null) {
      const source: VolumeSource = { kind: 'subject', subject, prepared };
      const key = JSON.stringify([subject, prepared]);
      panes.push({ key, title: subject, caption: t('as prepared'), source, closable: true, otherScale: true });
    }
  }
  for (const each of beside) if (panes.length < mostPanes) panes.push(subjectPane(each, view, true));
  return panes;
}

function subjectPane(subject: string, view: StudyView | null, closable: boolean): Pane {
  const source: VolumeSource = { kind: 'subject', subject, prepared: null };
  return { key: subject, title: subject, caption: groupWords(subject, view), source, closable, otherScale: false };
}

/** The group of a subject, or why there is none. */
function groupWords(subject: string, view: StudyView | null): string {
  const at = view?.study.subjects.findIndex(({ id }) => id === subject) ?? -1;
  if (view === null || at < 0) return '';
  if (view.study.subjects[at]?.excluded !== null) return t('excluded');
  return view.groupOf[at] ?? (view.study.groups.groups.length > 0 ? t('in no group') : '');
}

/** Whether there is something to show of a subject. */
export function hasVolume(subject: StudyView['study']['subjects'][number]): boolean {
  return subject.scan !== null || /\.(nii|hdr|img|mgh)(\.gz)?$|\.mgz$/i.test(subject.series?.path ?? '');
}
