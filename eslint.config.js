import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';
import { bareTextRule } from './scripts/lint/bare-text.js';
import { layersRule } from './scripts/lint/layers.js';

const typeAware = [
  'app/**/*.ts',
  'main/**/*.ts',
  'renderer/**/*.ts',
  'test/**/*.ts',
  'vite.config.ts',
  'vitest.config.ts',
];
const core = ['app/**/*.ts'];

/** Where a person reads what is written: every text goes through `t`, or `sentence` where it is kept. */
const spoken = [
  'app/{compare,findings,model,preparation,run,series}/**/*.ts',
  'app/statistics/metric-names.ts',
  'main/shell/{menu,requests,tokens,engine-supervisor}.ts',
  'renderer/App.vue',
  'renderer/{charts,components,help,pages,tour,viewer}/**/*.{ts,vue}',
  'renderer/state/*.ts',
];
/** As far as people read it, in sentences: beside it stand names of columns, layers and operations. */
const spokenSentences = [
  'app/{contract,data,inference,spectra,study}/**/*.ts',
  'main/client/engine-client.ts',
  'main/engine/{capture,device,inference,read,rows,serve,session,study,train}/**/*.ts',
  'main/engine/export/*.ts',
  'main/engine/export/{model,share}/**/*.ts',
];
/** What is among them in English for everybody: names of the field, what files hold, and the keys that texts are found by. */
const written = [
  'app/data/dicom/transfer-syntax.ts',
  'app/inference/statistics.ts',
  'app/spectra/{matrices,regroup}.ts',
  'app/study/{balance-csv,consort-svg,exclusion,exclusion-kinds}.ts',
  'main/engine/export/model/export-model.ts',
];

/** Names that exist only in a browser, only in Node, or that read a clock: the core has none of them. */
const notInTheCore = [
  ...['window', 'document', 'navigator', 'location', 'localStorage', 'fetch', 'performance', 'Worker'],
  ...[
    'process',
    'Buffer',
    'require',
    'global',
    '__dirname',
    '__filename',
    'setTimeout',
    'setInterval',
    'console',
    'Date',
  ],
];

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', 'coverage', 'test-results', 'test/fixtures', 'main/samples'] },
  js.configs.recommended,
  {
    plugins: { spectroscope: { rules: { layers: layersRule, 'bare-text': bareTextRule } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'spectroscope/layers': 'error',
      eqeqeq: ['error', 'always'],
      'no-empty': 'error',
      'max-lines': ['error', { max: 340, skipBlankLines: true }],
    },
  },
  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: globals.node } },
  {
    files: typeAware,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['app/tsconfig.json', 'main/tsconfig.json', 'renderer/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // Interfaces here declare their functions as methods, and those are handed on freely.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    extends: [tseslint.configs.strict, vue.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: globals.browser },
    rules: {
      // The template's look is Prettier's affair.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: spokenSentences,
    ignores: written,
    rules: { 'spectroscope/bare-text': ['error', 'sentences'] },
  },
  {
    files: spoken,
    ignores: written,
    rules: { 'spectroscope/bare-text': ['error', 'everything'] },
  },
  {
    // The plugin is there for components alone.
    files: spoken.filter((each) => each.includes('vue')).map((each) => each.replace('{ts,vue}', 'vue')),
    rules: {
      'vue/no-bare-strings-in-template': [
        'error',
        {
          allowlist: [...'()[]{},.:;·–—/×%+−=<>…⋯→←↑↓▲≥≤‹›?!#&|“”°✓⌘*', 'Spectroscope', '/^Ctrl \\S+$/'],
          attributes: {
            '/.+/': [
              'title',
              'aria-label',
              'aria-description',
              'aria-roledescription',
              'aria-valuetext',
              'placeholder',
              'alt',
            ],
            // Of components; a slot's name is none that a person reads.
            '/^(?!Slot$)[A-Z]/': [
              'label',
              'text',
              'words',
              'heading',
              'hint',
              'note',
              'caption',
              'unit',
              'empty',
              'description',
              'name',
            ],
          },
          directives: ['v-text'],
        },
      ],
    },
  },
  {
    // A store or a component in Vue is typed through files that only vue-tsc reads.
    files: ['renderer/**/*.ts', 'test/renderer/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: core,
    rules: {
      'no-restricted-globals': [
        'error',
        ...notInTheCore.map((name) => ({
          name,
          message: 'The core runs anywhere: it has no DOM, no Node and no clock.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Randomness in the core comes from a seeded generator that is handed in.',
        },
      ],
    },
  },
);
