// Type-checked rules for everything in TypeScript; for the extension, also those of GNOME Shell's own extensions.
import { defineConfig, globalIgnores } from 'eslint/config';
import js from '@eslint/js';
import globals from 'globals';
import ts from 'typescript-eslint';

const plain = {
  files: ['**/*.mjs', '*.js'],
  extends: [js.configs.recommended],
  languageOptions: { globals: globals.node },
};

const typed = {
  files: ['**/*.ts'],
  extends: [js.configs.recommended, ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
  languageOptions: {
    parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: import.meta.dirname },
  },
  rules: {
    eqeqeq: ['error', 'smart'],
    'object-shorthand': 'error',
    'prefer-arrow-callback': 'error',
    'prefer-template': 'error',
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  },
};

// The rules of gjs and gnome-shell-extensions that are not about formatting. Where typescript-eslint has the same
// rule with types, its version stands in; TypeScript itself looks after consistent returns.
const gnome = {
  files: ['extension/**/*.ts'],
  languageOptions: { globals: { console: 'readonly', global: 'readonly' } },
  rules: {
    'array-callback-return': 'error',
    'block-scoped-var': 'error',
    camelcase: ['error', { properties: 'never', allow: ['^vfunc_', '^on_'] }],
    'func-name-matching': 'error',
    'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
    'grouped-accessor-pairs': ['error', 'getBeforeSet'],
    'max-nested-callbacks': 'error',
    'no-await-in-loop': 'error',
    'no-caller': 'error',
    'no-constant-condition': ['error', { checkLoops: false }],
    'no-constructor-return': 'error',
    'no-div-regex': 'error',
    'no-empty': ['error', { allowEmptyCatch: true }],
    'no-extra-bind': 'error',
    'no-implicit-coercion': ['error', { allow: ['!!'] }],
    'no-iterator': 'error',
    'no-label-var': 'error',
    'no-lonely-if': 'error',
    'no-nested-ternary': 'error',
    'no-new-wrappers': 'error',
    'no-object-constructor': 'error',
    'no-octal-escape': 'error',
    'no-proto': 'error',
    'no-restricted-globals': [
      'error',
      { name: 'Debugger', message: 'Internal use only' },
      { name: 'GIRepositoryGType', message: 'Internal use only' },
      { name: 'imports', message: 'Import ES modules' },
      { name: 'log', message: 'Use console.log()' },
      { name: 'logError', message: 'Use console.warn() or console.error()' },
      { name: 'print', message: 'Use console.log()' },
      { name: 'printerr', message: 'Use console.error()' },
      { name: 'window', message: 'Use globalThis' },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'imports', property: 'format', message: 'Use template strings' },
      { object: 'pkg', property: 'initFormat', message: 'Use template strings' },
      { object: 'Lang', property: 'copyProperties', message: 'Use Object.assign()' },
      { object: 'Lang', property: 'bind', message: 'Use arrow notation or Function.prototype.bind()' },
      { object: 'Lang', property: 'Class', message: 'Use ES6 classes' },
      { object: 'Mainloop', property: 'timeout_add', message: 'Use GLib.timeout_add()' },
      { object: 'Mainloop', property: 'idle_add', message: 'Use GLib.idle_add()' },
      { object: 'Mainloop', property: 'source_remove', message: 'Use GLib.source_remove()' },
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'MethodDefinition[key.name="_init"]',
        message: 'Use constructor()',
      },
      {
        selector: 'BinaryExpression[operator="instanceof"][right.name="Array"]',
        message: 'Use Array.isArray()',
      },
    ],
    'no-return-assign': 'error',
    'no-self-compare': 'error',
    'no-template-curly-in-string': 'error',
    'no-undef-init': 'error',
    'no-unmodified-loop-condition': 'error',
    'no-unneeded-ternary': 'error',
    'no-unreachable-loop': 'error',
    'no-unused-private-class-members': 'error',
    'no-useless-call': 'error',
    'no-useless-computed-key': 'error',
    'no-useless-concat': 'error',
    'no-useless-rename': 'error',
    'no-useless-return': 'error',
    'operator-assignment': 'error',
    'prefer-const': 'error',
    'prefer-numeric-literals': 'error',
    'prefer-rest-params': 'error',
    'prefer-spread': 'error',
    'symbol-description': 'error',
    yoda: 'error',
    '@typescript-eslint/no-loop-func': 'error',
    '@typescript-eslint/no-shadow': 'error',
    // GJS throws GLib.Error, which is no Error to TypeScript.
    '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
    '@typescript-eslint/no-useless-constructor': 'error',
  },
};

// What reads the service, and what draws in the shell or in windows, must not be able to reach the other sides. GNOME Shell
// can't load GTK, and windows can't load the shell's toolkit.
const drawnByShell = ['gi://St', 'gi://Clutter', 'gi://Cogl', 'gi://Meta', 'gi://Mtk', 'gi://Shell'];
const drawnByWindows = ['gi://Gtk', 'gi://Gdk', 'gi://Adw'];
const inShell = ['**/panel/*', '**/ask/*', '**/notifications/*'];
const inWindows = ['**/preferences/**'];

const layer = (folders, forbidden) => ({
  files: folders.map((folder) => `extension/${folder}/**/*.ts`),
  rules: { 'no-restricted-imports': ['error', { patterns: forbidden }] },
});

const layers = [
  layer(['broker'], [...drawnByShell, ...drawnByWindows, 'resource:*', ...inShell, ...inWindows]),
  layer(['panel', 'ask', 'notifications'], [...drawnByWindows, ...inWindows]),
  layer(['preferences'], [...drawnByShell, ...inShell]),
];

export default defineConfig(globalIgnores(['dist', 'test-results']), plain, typed, gnome, ...layers);
