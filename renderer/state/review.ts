/** Which view of a session Review shows: it stays while other pages are looked at. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const reviewViews = [
  { value: 'curves', label: 'Curves' },
  { value: 'heat-map', label: 'Heat map' },
  { value: 'tests', label: 'Tests' },
] as const;
export type ReviewView = (typeof reviewViews)[number]['value'];

export const useReview = defineStore('review', () => {
  const view = ref<ReviewView>('curves');
  return { view };
});
