/** Which view of a session Review shows: it stays while other pages are looked at. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const reviewViews = [
  { value: 'curves', label: 'Curves' },
  { value: 'heat-map', label: 'Heat map' },
  { value: 'subjects', label: 'Subjects' },
  { value: 'network', label: 'Network' },
  { value: 'tests', label: 'Tests' },
] as const;
export type ReviewView = (typeof reviewViews)[number]['value'];

/** What the right column shows. */
export type ReviewPanel = 'cursor' | 'remarks' | 'session';

export const useReview = defineStore('review', () => {
  const view = ref<ReviewView>('curves');
  const panel = ref<ReviewPanel>('cursor');
  return { view, panel };
});
