/**
 * Builds what Electron loads: shell and bridge as CommonJS, the window as a web page. Parts whose sources did not change are
 * left alone. `--production` builds engine and command line too, for the package. Needs Node 24 (it starts itself on it).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { node24, root } from './setup/places.mjs';
import { runScript, say } from './setup/say.mjs';
import { stage, withLock } from './setup/staging.mjs';

const out = join(root, 'out');

/** Packages that stay outside of a bundle: Electron gives itself, TensorFlow's binding needs its own folder. */
const external = ['electron', 'webgpu', 'h5wasm/node', /^node:/, /^@tensorflow\//, /^@niivue\/dcm2niix/];

const parts = [
  {
    name: 'shell',
    sources: ['app', 'main/client', 'main/shell'],
    configuration: () => electronBundle('main/shell/main.ts', 'main.cjs'),
  },
  {
    name: 'preload',
    sources: ['app', 'main/preload.ts'],
    configuration: () => electronBundle('main/preload.ts', 'preload.cjs'),
  },
  {
    name: 'renderer',
    sources: ['app', 'renderer', 'vite.config.ts'],
    configuration: () => ({ configFile: join(root, 'vite.config.ts') }),
  },
];

/** Engine, its threads and the command line, flat in one folder: they find each other beside themselves. */
const enginePart = {
  name: 'engine',
  sources: ['app', 'main'],
  configuration: () => {
    const entries = [
      'main/engine/engine.ts',
      'main/engine/device/probe-child.ts',
      'main/engine/rows/row-worker.ts',
      'main/engine/session/reader-worker.ts',
      'main/engine/read/dicom/convert-worker.ts',
      'main/engine/read/workbook-worker.ts',
      'main/cli/spectroscope.ts',
    ];
    return nodeBundle('node24', {
      input: Object.fromEntries(entries.map((entry) => [basename(entry, '.ts'), join(root, entry)])),
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    });
  },
};

/** One file for the Node inside of Electron. */
function electronBundle(entry, file) {
  return nodeBundle('node18', {
    input: join(root, entry),
    output: { format: 'cjs', entryFileNames: file, codeSplitting: false },
  });
}

/** Vite's configuration of what runs in Electron's or our own Node. */
function nodeBundle(target, rolldownOptions) {
  return {
    configFile: false,
    root,
    ssr: { noExternal: true, external: ['electron', 'webgpu', 'h5wasm', '@tensorflow/tfjs-node-gpu'] },
    build: { ssr: true, target, minify: false, rolldownOptions: { external, ...rolldownOptions } },
  };
}

/** @param {{ production?: boolean }} options */
export async function build({ production = false } = {}) {
  await withLock(join(out, 'build.lock'), async () => {
    for (const part of [...parts, ...(production ? [enginePart] : [])]) await buildPart(part);
  });
}

async function buildPart({ name, sources, configuration }) {
  const target = join(out, name);
  const stamp = contentOf([...sources, 'package-lock.json', 'scripts/build.mjs']);
  const stampFile = join(target, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say(`Building ${name}`);
  const fresh = join(out, 'fresh', name);
  rmSync(fresh, { recursive: true, force: true });
  await stage(fresh, async (folder) => {
    const vite = await import('vite');
    const chosen = configuration();
    const where = { outDir: folder, emptyOutDir: true };
    await vite.build({ ...chosen, logLevel: 'warn', build: { ...chosen.build, ...where } });
    writeFileSync(join(folder, '.stamp'), stamp);
  });
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}

/** A hash of the names and contents of files and folders. */
function contentOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(join(root, path)))
      hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

if (process.argv[1]?.endsWith('build.mjs')) {
  await runScript(async () => {
    mkdirSync(out, { recursive: true });
    if (Number(process.versions.node.split('.')[0]) < 24) {
      return (
        spawnSync(node24(), [join(root, 'scripts', 'build.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' })
          .status ?? 3
      );
    }
    return build({ production: process.argv.includes('--production') });
  });
}
