/** The pages of the window. A new page is one file and one line here. */
import { t } from '#app/text/text.ts';
import { defineAsyncComponent, type Component } from 'vue';

export type PageId =
  'home' | 'data' | 'cohort' | 'design' | 'train' | 'review' | 'sessions' | 'compare' | 'settings' | 'help';

export interface Page {
  id: PageId;
  title: string;
  /** Where the rail shows it: the steps of the work on top, tools below; the home page is reached by the name on top. */
  place: 'step' | 'tool' | 'none';
  /** As shown and as pressed, or null. */
  shortcut: string | null;
  /** It shows all of a study, and waits until a large one is here. */
  needsStudy?: true;
  component: Component;
}

export const pages: readonly Page[] = [
  {
    id: 'home',
    title: t('Start'),
    place: 'none',
    shortcut: null,
    component: defineAsyncComponent(() => import('./home/HomePage.vue')),
  },
  {
    id: 'data',
    title: t('Data'),
    place: 'step',
    shortcut: 'Ctrl+1',
    component: defineAsyncComponent(() => import('./data/DataPage.vue')),
  },
  {
    id: 'cohort',
    title: t('Cohort'),
    place: 'step',
    shortcut: 'Ctrl+2',
    needsStudy: true,
    component: defineAsyncComponent(() => import('./cohort/CohortPage.vue')),
  },
  {
    id: 'design',
    title: t('Design'),
    place: 'step',
    shortcut: 'Ctrl+3',
    needsStudy: true,
    component: defineAsyncComponent(() => import('./design/DesignPage.vue')),
  },
  {
    id: 'train',
    title: t('Train'),
    place: 'step',
    shortcut: 'Ctrl+4',
    component: defineAsyncComponent(() => import('./train/TrainPage.vue')),
  },
  {
    id: 'review',
    title: t('Review'),
    place: 'step',
    shortcut: 'Ctrl+5',
    component: defineAsyncComponent(() => import('./review/ReviewPage.vue')),
  },
  {
    id: 'sessions',
    title: t('Sessions'),
    place: 'tool',
    shortcut: null,
    component: defineAsyncComponent(() => import('./sessions/SessionsPage.vue')),
  },
  {
    id: 'compare',
    title: t('Compare'),
    place: 'tool',
    shortcut: null,
    component: defineAsyncComponent(() => import('./compare/ComparePage.vue')),
  },
  {
    id: 'settings',
    title: t('Settings'),
    place: 'tool',
    shortcut: null,
    component: defineAsyncComponent(() => import('./settings/SettingsPage.vue')),
  },
  {
    id: 'help',
    title: t('Help'),
    place: 'tool',
    shortcut: 'F1',
    component: defineAsyncComponent(() => import('./help/HelpPage.vue')),
  },
];

export function pageOf(id: PageId): Page {
  return pages.find((page) => page.id === id) as Page;
}
