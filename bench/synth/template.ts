import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');

/** What the template's own command type-checks and runs with; it knows no TypeScript after 5. */
const RUNNER = ['ts-node@10.9.2', 'typescript@5.9', '@types/node@20'];

const RESOURCES = {
  'resource-group': ['ResourceGroup', 'group', "name: 'rg', location: 'westeurope'"],
  'storage-account': [
    'StorageAccount',
    'account',
    "name: 'stplain', resourceGroupName: group.name, location: group.location, accountTier: 'Standard', accountReplicationType: 'LRS'",
  ],
  'storage-container': ['StorageContainer', 'container', "name: 'c', storageAccountId: account.id"],
  'service-plan': [
    'ServicePlan',
    'plan',
    "name: 'p', resourceGroupName: group.name, location: group.location, osType: 'Linux', skuName: 'FC1'",
  ],
  'user-assigned-identity': [
    'UserAssignedIdentity',
    'identity',
    "name: 'i', resourceGroupName: group.name, location: group.location",
  ],
} as const;

/** How an app finds the provider: all of it, as the template's readers do; or the parts that it uses, one by one. */
export type Import = 'root' | 'parts';

/**
 * A project as `cdktf init --template=typescript` makes it, with five plain resources of azurerm.
 * @throws Error when the template's own runner cannot be installed
 */
export function makeTemplate(folder: string, imports: Import, app: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  if (imports === 'root') install(folder);
  for (const name of ['cdktf', 'cdktf-cli', 'constructs', '@cdktf', 'tsx']) {
    symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  const has = new Set(readdirSync(join(folder, 'node_modules/.bin')));
  if (!has.has('cdktf'))
    symlinkSync('../cdktf-cli/bundle/bin/cdktf', join(folder, 'node_modules/.bin/cdktf'));
  const template = join(PROJECT, 'node_modules/cdktf-cli/bundle/templates/typescript');
  copyFileSync(join(template, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  writeFileSync(join(folder, 'main.ts'), appOf(imports));
  const config = { language: 'typescript', app, projectId: 'template', sendCrashReports: 'false' };
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ ...config, terraformProviders: [] }));
}

function install(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const options = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', [...options, ...RUNNER], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${RUNNER.join(', ')} cannot be installed: ${stderr}`);
}

function appOf(imports: Import): string {
  const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const classes = [
    ['provider', 'AzurermProvider'],
    ...Object.entries(RESOURCES).map(([file, [name]]) => [file, name]),
  ];
  const imported =
    imports === 'root'
      ? [`import { ${classes.map(([file]) => camel(file!)).join(', ')} } from '@cdktf/provider-azurerm';`]
      : classes.map(([file, name]) => `import { ${name} } from '@cdktf/provider-azurerm/lib/${file}';`);
  const named = (file: string, name: string) => (imports === 'root' ? `${camel(file)}.${name}` : name);
  return [
    "import { Construct } from 'constructs';",
    "import { App, TerraformStack } from 'cdktf';",
    ...imported,
    'class MyStack extends TerraformStack {',
    '  constructor(scope: Construct, id: string) {',
    '    super(scope, id);',
    `    new ${named('provider', 'AzurermProvider')}(this, 'azurerm', { features: [{}] });`,
    ...Object.entries(RESOURCES).map(
      ([file, [name, id, props]]) =>
        `    const ${id} = new ${named(file, name)}(this, '${id}', { ${props} });`,
    ),
    // The template counts what nobody uses as a mistake.
    '    void [container, plan, identity];',
    '  }',
    '}',
    'const app = new App();',
    "new MyStack(app, 'template');",
    'app.synth();',
    '',
  ].join('\n');
}
