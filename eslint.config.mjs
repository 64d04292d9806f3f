// What is looked for in the sources beside types: promises that nobody waits for, what is unused, what loses its type.
// Which room may import which is dependency-cruiser's; what nobody imports is knip's; form is prettier's.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const project = dirname(fileURLToPath(import.meta.url));

const named = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const NODE = named(...Object.getOwnPropertyNames(globalThis));
const COMMONJS = named('module', 'exports', 'require', '__dirname', '__filename');
const BROWSER = named('self', 'navigator', 'localStorage', 'Notification');

const off = (...rules) => Object.fromEntries(rules.map((rule) => [`@typescript-eslint/${rule}`, 'off']));
const UNSAFE = ['argument', 'assignment', 'call', 'member-access', 'return'].map(
  (what) => `no-unsafe-${what}`,
);

export default defineConfig(
  { ignores: ['dist/', 'local/dist/', 'local/test/package/consumer/*.ts', 'cdktf.out/', '**/node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      // Terminals, headers and users' words are cleaned of control characters by expressions that name them.
      'no-control-regex': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: NODE } },
  {
    files: ['**/*.cjs', '*.js', 'test/package/kit-in-jest/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { ...NODE, ...COMMONJS } },
  },
  { files: ['samples/web/*.js'], languageOptions: { globals: { ...NODE, ...BROWSER } } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: project } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-throw-literal': 'error',
      // What closures read has to be there before it is set.
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {
          allow: ['Error', 'URL', 'URLSearchParams'],
          allowBoolean: true,
          allowNullish: true,
          allowNumber: true,
        },
      ],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          // A name that begins so is there for its place.
          argsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          // What is taken out of an object to have the rest.
          ignoreRestSiblings: true,
        },
      ],
      // JSON is unknown, and `unknown ?? ''` an object to the rule: 80 findings, and none would print one.
      '@typescript-eslint/no-base-to-string': 'off',
      // It takes away what no-unsafe-assignment and prefer-promise-reject-errors ask for.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // What was caught is thrown again as it came; what is made here is seen by no-throw-literal.
      '@typescript-eslint/only-throw-error': 'off',
      // What is built apart is loaded where it is needed, and only there.
      '@typescript-eslint/no-require-imports': 'off',
      // A function that promises by its interface throws nothing at its caller when it is async.
      '@typescript-eslint/require-await': 'off',
      // Ports are closures behind interfaces and taken apart on purpose; the rule takes them for methods.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A library writes nothing to a console: errors are thrown, warnings are annotations, the relay has its log.
    files: ['constructs/**', 'testing/**', 'link/**', 'relay/**/*.ts', 'environments/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // Values of Terraform and bodies of Azure are what their schemas say, which the types here cannot.
    files: ['local/**', 'demo/**', 'judges/**', 'testing/local/**', 'bench/**', 'test/**'],
    rules: off(...UNSAFE, 'no-explicit-any'),
  },
  {
    // Text of anything is made on purpose here, as a service or a user's template makes it.
    files: ['local/**', 'demo/**', 'judges/**', 'testing/local/**', 'test/**'],
    rules: off('restrict-template-expressions', 'restrict-plus-operands'),
  },
  {
    files: ['test/**', 'local/test/**'],
    rules: {
      ...off('consistent-type-imports'),
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression > MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(only|skip|todo|failing)$/]',
          message: 'every test runs, and has to pass',
        },
      ],
    },
  },
  {
    // Written as users write, against the package's name, which is there when it is packed; their compiler sees types.
    files: ['examples/**/*.ts', 'test/package/{consumer,kit-in-jest,moving,strict}/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    rules: off('return-await', 'prefer-readonly'),
  },
);
