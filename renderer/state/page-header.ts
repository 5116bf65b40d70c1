import { onUnmounted, watchEffect } from 'vue';
import { emptyHeader, useUi, type PageHeader } from './ui.ts';

/** Keeps the top bar's context and actions those of the page that calls it, for as long as it is shown. */
export function usePageHeader(header: () => Partial<PageHeader>): void {
  const ui = useUi();
  let own: PageHeader = emptyHeader;
  watchEffect(() => {
    own = { ...emptyHeader, ...header() };
    ui.header = own;
  });
  onUnmounted(() => {
    if (ui.header === own) ui.header = emptyHeader;
  });
}
