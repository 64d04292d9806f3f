import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const REWRITE = pathToFileURL(join(__dirname, '..', '..', 'scripts/cdktn/rewrite.mjs')).href;

/** A compiled file in the words of CDK Terrain, one folder further down; or what is said of it. */
function rewritten(text: string, path = 'dist/constructs/part.js'): string {
  const program = `
    import { cdktnText } from '${REWRITE}';
    try {
      const [path, text] = JSON.parse(process.argv[1]);
      console.log(cdktnText(path, text, (module) => '../' + module).text);
    } catch (error) {
      console.log(error.message);
    }`;
  const args = ['--input-type=module', '-e', program, JSON.stringify([path, text])];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trimEnd();
}

test('names of modules are those of CDK Terrain, wherever a module is named', () => {
  expect(
    rewritten(
      [
        "const a = require('cdktf');",
        "const b = require('@cdktf/provider-azurerm/lib/provider');",
        "const c = require('../link/roles');",
        "exports.CDK = 'cdktf';",
      ].join('\n'),
    ),
  ).toBe(
    [
      "const a = require('cdktn');",
      "const b = require('@cdktn/provider-azurerm/lib/provider');",
      "const c = require('../../link/roles');",
      "exports.CDK = 'cdktn';",
    ].join('\n'),
  );
  expect(
    rewritten(
      "import type { App } from 'cdktf';\nexport declare const stack: import('cdktf').TerraformStack;",
      'a.d.ts',
    ),
  ).toBe("import type { App } from 'cdktn';\nexport declare const stack: import('cdktn').TerraformStack;");
});

test('examples in comments are rewritten, and prose and this package’s name are not', () => {
  const text = [
    "/** Shown by cdktf: `cdktf synth`. import { Hub } from 'cdktf-acs-push' */",
    "const name = 'cdktf-acs-push of cdktf.json';",
  ].join('\n');
  expect(rewritten(text)).toBe(
    [
      "/** Shown by cdktf: `cdktn synth`. import { Hub } from 'cdktf-acs-push/cdktn' */",
      "const name = 'cdktf-acs-push of cdktf.json';",
    ].join('\n'),
  );
});

test.each([
  [
    "require('@cdktf/provider-azuread');",
    "the module '@cdktf/provider-azuread' has no known name in CDK Terrain",
  ],
  ["require('cdktf/lib/gone');", "the module 'cdktf/lib/gone' is not in CDK Terrain"],
  ['throw new Error(`import it from @cdktf/provider-azurerm, got ${x}`);', 'a text speaks of CDKTF'],
])('%s does not pass', (text, problem) => {
  expect(rewritten(`\n${text}`)).toMatch(new RegExp(`^dist/constructs/part.js:2: ${problem}`));
});
