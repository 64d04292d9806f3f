import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { json, writePackage } from './package.mjs';
import { readTemplates } from './templates/read-templates.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The names in contract.ts, which a build of the sources cannot read; a test holds them together. */
const FUNCTIONS = [
  'calls',
  'messages',
  'recordings',
  'devices',
  'preferences',
  'users',
  'clean-up',
  'sweep',
  'link-health',
];

/** Where a build of this repository puts the relay's code. */
const RELAY_ZIP = join(root, 'dist/relay/relay.zip');

/**
 * What of the packages is not in the bundle, by how it is imported: what signs with a certificate or opens a browser to
 * sign in; what writes trees of HTML, for the relay takes the tokens alone; bodies that are forms; and a checksum that
 * uploads have when they are asked to. `test/relay/left-out.test.ts` knows who imports each.
 */
const LEFT_OUT = [
  /^jsonwebtoken$/,
  /^open$/,
  /^dom-serializer$/,
  /\/web\/fetch\/body\.js$/,
  /^\.\/crc64\.js$/,
];

/**
 * What stands for packages and for modules within one, which esbuild's aliases cannot name.
 *
 * @type {import('esbuild').Plugin}
 */
const parts = {
  name: 'parts',
  setup({ onResolve, onLoad }) {
    const standIn = (/** @type {string} */ file) => () => ({ path: join(root, 'relay', file) });
    onResolve({ filter: /^undici$/ }, standIn('undici-parts.cjs'));
    onResolve({ filter: /^https?-proxy-agent$/ }, standIn('proxy-agents.cjs'));
    for (const filter of LEFT_OUT) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    }
    onLoad({ filter: /^/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = require('./left-out.cjs')(${JSON.stringify(path)})`,
      resolveDir: join(root, 'relay'),
    }));
  },
};

/**
 * How the relay's code is bundled, for esbuild.
 *
 * @satisfies {import('esbuild').BuildOptions}
 */
export const RELAY_BUNDLE = /** @type {const} */ ({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // The Functions worker provides it.
  external: ['@azure/functions-core'],
  plugins: [parts],
  legalComments: 'none',
  logLevel: 'silent',
});

/**
 * The host says of each run that it begins and that it ended, which its request says too, and counts runs, which the
 * relay does; a line of the host costs as much as one of the relay's. What failed is told all the same.
 *
 * The relay's figures belong to no run: the process prints them, and the host logs what it prints under
 * `Host.Function.Console` (WorkerConsoleLogService.cs of azure-functions-host). They are named here so that alerts still
 * see them when somebody raises the level of all that is not named (`default`).
 * https://learn.microsoft.com/azure/azure-functions/configure-monitoring#configure-categories
 */
export const LOG_LEVELS = {
  Function: 'Warning',
  ...Object.fromEntries(FUNCTIONS.map((name) => [`Function.${name}.User`, 'Information'])),
  'Host.Function.Console': 'Information',
  'Host.Aggregator': 'Warning',
  'Host.Results': 'Information',
};

/**
 * Bundles the relay and writes it as a zip that Azure Functions runs as it is. The same sources give the same
 * bytes, so that a deployment publishes only what changed.
 *
 * @param {string} [target] path of the zip
 * @param {{ templates?: string, defaultLanguage?: string }} [options] another folder of templates
 * @returns what esbuild says of the bundle in it
 * @throws {Error} when a template is wrong, naming its file
 */
export async function buildRelay(target = RELAY_ZIP, options = {}) {
  const templates = readTemplates(
    options.templates ?? join(root, 'relay/templates'),
    options.defaultLanguage,
  );
  const result = await build({
    ...RELAY_BUNDLE,
    entryPoints: ['relay/index.ts'],
    write: false,
    metafile: true,
  });
  const files = {
    'host.json': json({
      version: '2.0',
      logging: {
        logLevel: LOG_LEVELS,
        // The relay's lines are traces, and its figures add up only when none of them is dropped.
        // https://learn.microsoft.com/azure/azure-functions/functions-host-json#applicationinsightssamplingsettings
        applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: 'Request;Trace' } },
      },
      // The Event Grid trigger lives in this bundle.
      extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
      functionTimeout: '00:01:00',
    }),
    'index.js': result.outputFiles[0].contents,
    'templates.json': json(templates),
    'package.json': json({ name: 'relay', private: true, main: 'index.js' }),
  };
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, writePackage(files));
  return result;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildRelay();
