/** Which view of a session Review shows: it stays while other pages are looked at. */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { t } from '#app/text/text.ts';

export const reviewViews = [
  { value: 'curves', label: t('Curves') },
  { value: 'heat-map', label: t('Heat map') },
  { value: 'subjects', label: t('Subjects') },
  { value: 'network', label: t('Network') },
  { value: 'tests', label: t('Tests') },
] as const;
export type ReviewView = (typeof reviewViews)[number]['value'];

/** What the right column shows. */
export type ReviewPanel = 'cursor' | 'remarks' | 'session';

export const useReview = defineStore('review', () => {
  const view = ref<ReviewView>('curves');
  const panel = ref<ReviewPanel>('cursor');
  return { view, panel };
});
