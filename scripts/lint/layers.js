/**
 * A lint rule: who may import whom. The folder says where code may run, so an import that goes against the direction is an error.
 * Relative and `#app/` specifiers are resolved to a place in the project; anything else is a package or a built-in module.
 */
import { posix, relative, sep } from 'node:path';

/** Innermost folder first: a file belongs to the first layer whose folder holds it. */
const layers = [
  { name: 'app', folders: ['app'], ours: ['app'], packages: [/^valibot$/, /^i18next$/], why: 'the core runs anywhere' },
  {
    name: 'renderer',
    folders: ['renderer'],
    ours: ['app', 'renderer'],
    notPackages: [/^node:/, /^electron$/, /^@tensorflow\//],
    why: 'the window has no Node and reaches the engine through the contract',
  },
  {
    name: 'main/engine',
    folders: ['main/engine'],
    ours: ['app', 'main/engine', 'main/client/locations.ts', 'main/samples'],
    notPackages: [/^electron$/],
    why: 'the engine is plain Node and knows no client',
  },
  {
    name: 'main',
    folders: ['main'],
    ours: ['app', 'main/shell', 'main/cli', 'main/client', 'main/samples', 'main/preload.ts'],
    notPackages: [/^@tensorflow\//],
    why: 'the engine is reached through the contract only, and TensorFlow never loads beside Electron',
  },
];

const builtIns =
  /^(assert|buffer|child_process|crypto|events|fs|http|https|net|os|path|process|stream|url|util|worker_threads|zlib)(\/|$)/;

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      ours: '{{layer}} may not import {{target}}: {{why}}.',
      package: "{{layer}} may not import '{{target}}': {{why}}.",
      bare: "Write 'node:{{target}}' for a built-in module.",
    },
  },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const layer = layers.find(({ folders }) => folders.some((folder) => within(file, folder)));

    function check(source) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const specifier = source.value;
      const target = placeOf(specifier, file);
      if (target === null) {
        if (builtIns.test(specifier)) report(source, 'bare', specifier);
        else if (layer !== undefined && !allowsPackage(layer, specifier)) report(source, 'package', specifier);
      } else if (layer !== undefined && !layer.ours.some((folder) => within(target, folder))) {
        report(source, 'ours', target);
      }
    }

    function report(node, messageId, target) {
      context.report({ node, messageId, data: { layer: layer?.name ?? '', target, why: layer?.why ?? '' } });
    }

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};

/** @returns the project path that a specifier names, or null for a package or a built-in module */
function placeOf(specifier, file) {
  if (specifier.startsWith('#app/')) return `app/${specifier.slice('#app/'.length)}`;
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), specifier));
  return null;
}

function within(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

function allowsPackage(layer, specifier) {
  if (layer.packages !== undefined) return layer.packages.some((pattern) => pattern.test(specifier));
  return !layer.notPackages.some((pattern) => pattern.test(specifier));
}
