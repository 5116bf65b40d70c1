import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The renderer. scripts/build.mjs adds where it goes; shell, bridge and engine are built there too. */
export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [vue()],
  build: {
    // The oldest Chromium that the app runs on: Electron 25.
    target: 'chrome114',
    emptyOutDir: true,
    // One window, loaded from disk: a large chunk costs nothing.
    chunkSizeWarningLimit: 4_000,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
