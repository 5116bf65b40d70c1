import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/** NiiVue can open zarr stores; here it is given NIfTI, so the codecs of zarr stay out (1.4 MB of WebAssembly). */
const withoutZarrCodecs: Plugin = {
  name: 'without-zarr-codecs',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('numcodecs/') ? '\0no-codec' : null),
  load: (id) => (id === '\0no-codec' ? 'export default null;' : null),
};

/** The renderer. scripts/build.mjs adds where it goes; shell, bridge and engine are built there too. */
export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [withoutZarrCodecs, vue()],
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
