import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Forbid imports in `files` whose specifier matches `regex`. */
function boundary(files, regex, message) {
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex, message }] }]
    }
  };
}

export default defineConfig([
  globalIgnores(['lib', 'node_modules']),
  {
    files: ['**/*.{js,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.nodeBuiltin }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] }
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      curly: 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipComments: true }],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'prefer-arrow-callback': 'error'
    }
  },
  // Who may import whom: the layers that keep the engine testable without a page.
  ...[
    [['src/engine/*.ts'], '^(?!\\./)'],
    [['src/engine/*/**'], '^(?!\\.\\.?/(?!\\.\\.))'],
    [['src/engine/*/*/**'], '^(?!\\./|\\.\\./(?!\\.\\./\\.\\.))']
  ].map(([files, regex]) =>
    boundary(
      files,
      regex,
      'The engine is given everything from outside through ports.ts and wire.ts; it imports only itself.'
    )
  ),
  boundary(
    [
      'src/api/**',
      'src/browser/**',
      'src/hashing/**',
      'src/http/**',
      'src/resume/**',
      'src/sources/**'
    ],
    '(^|/)ui(/|$)|(^|/)engine(?!/(ports|model|wire|directFiles|errors|emitter|(operations|tables)/(model|wire|versions))$)(/|$)',
    'What the engine is given knows it by the interfaces that it implements, how to fail, and how to tell.'
  ),
  boundary(
    ['src/ui/**'],
    '(^|/)engine(?!/(model|ports|emitter|operations/model|tables/(model|versions))$)(/|$)|(^|/)(api|sources)(/|$)',
    'The user interface renders what the engine shows in its models, and nothing else.'
  ),
  boundary(
    ['src/widget/**'],
    '^@(jupyterlab|lumino)/(?!translation$)',
    'The widget lives in pages without JupyterLab; widget.build.mjs looks at what comes along.'
  )
]);
