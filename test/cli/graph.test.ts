import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackProject } from './stack-project';

const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';

const DEV = {
  variable: { token: { ephemeral: true }, location: {} },
  resource: {
    azapi_resource: {
      Hub: {
        type: `${HUB}@2023-10-01-preview`,
        name: 'hub-dev',
        body: { properties: { apnsCredential: {} } },
        sensitive_body: { properties: { apnsCredential: { properties: { token: '${var.token}' } } } },
      },
      Policy: {
        type: `${HUB}/authorizationRules@2023-10-01-preview`,
        name: 'sender',
        parent_id: '${azapi_resource.Hub.id}',
        body: { properties: { rights: ['Send'] } },
      },
    },
    azurerm_user_assigned_identity: { Identity: { name: 'id-dev' } },
    azurerm_role_assignment: {
      Role: {
        principal_id: '${azurerm_user_assigned_identity.Identity.principal_id}',
        scope: '${azapi_resource.Policy.id}',
        role_definition_name: 'Reader',
      },
    },
  },
};

let project: StackProject;
const inProject = (name: string) => join(project.folder, name);

beforeEach(() => {
  project = new StackProject();
  project.write('dev', DEV);
});

afterEach(() => project.remove());

test('an overview has wholes, and what is held on a part says which', async () => {
  const { code, out } = await project.run('graph', 'dev');
  expect(code).toBe(0);
  expect(out).toMatch(/^flowchart TB\n/);
  expect(out).toContain('["<b>Hub</b><br/>hub-dev<br/>policy sender: Send"]:::azapi');
  expect(out).toContain(
    'n_azurerm_user_assigned_identity_Identity ==>|"Reader on sender"| n_azapi_resource_Hub\n',
  );
  expect(out).toContain('n_var_token -.->|"write-only"| n_azapi_resource_Hub\n');
  expect(out).toContain('n_azapi_resource_Hub -->|"pushes"| n_outside_APNs\n');
  expect(out).not.toContain('Access policy');
});

test('with --detail every part is drawn by itself', async () => {
  const { code, out } = await project.run('graph', 'dev', '--detail');
  expect(code).toBe(0);
  expect(out).toContain('n_azapi_resource_Policy["<b>Access policy</b><br/>sender<br/>right: Send"]:::azapi');
  expect(out).toContain('n_azapi_resource_Policy ==>|"Send"| n_azapi_resource_Hub\n');
  expect(out).toContain('n_azurerm_user_assigned_identity_Identity ==>|"Reader"| n_azapi_resource_Policy\n');
});

test('a file gets a picture by its ending, in place of what was there', async () => {
  writeFileSync(inProject('dev.svg'), 'an old one');
  const { code, out } = await project.run('graph', 'dev', '--file', 'dev.svg');
  expect([code, out]).toEqual([0, '']);
  expect(readFileSync(inProject('dev.svg'), 'utf8')).toMatch(
    /^<svg [^]*<title id="title">The stack dev<[^]*<\/svg>\n$/,
  );
  await project.run('graph', 'dev', '--file', 'dev.md');
  expect(readFileSync(inProject('dev.md'), 'utf8')).toBe((await project.run('graph', 'dev')).out);
});

test('a stack that is not written is asked of the app', async () => {
  project.app(
    `const stack = process.env.CDKTF_OUTDIR + '/stacks/prod';
     require('node:fs').mkdirSync(stack, { recursive: true });
     require('node:fs').writeFileSync(stack + '/cdk.tf.json', ${JSON.stringify(JSON.stringify(DEV))});`,
  );
  expect((await project.run('graph', 'prod')).out).toContain('accTitle: The stack prod\n');
  expect(await project.run('graph', 'staging')).toEqual({
    code: 2,
    out: '',
    err: "acs-push: no such stack 'staging'; known are: prod\n",
  });
});

test('a stack that there is not is told those that there are', async () => {
  expect(await project.run('graph', 'prod')).toEqual({
    code: 2,
    out: '',
    err: "acs-push: no such stack 'prod'; known are: dev\n",
  });
});

test('an app that fails is told with what it printed', async () => {
  project.app("console.error('FIELD is missing'); process.exit(7);");
  const { code, out, err } = await project.run('graph', 'prod');
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain("'node app.cjs' ended with exit code 7: mend it");
  expect(err).toContain('FIELD is missing');
});

test.each([
  ['in a folder that there is not', 'nowhere/dev.svg', 'ENOENT'],
  ['that is a folder', 'cdktf.out', 'it is a folder'],
])('a file %s is refused before anything is synthesized', async (_, file, problem) => {
  project.app("require('node:fs').writeFileSync(__dirname + '/ran', '');");
  const { code, err } = await project.run('graph', 'prod', '--file', file);
  expect(code).toBe(2);
  expect(err).toMatch(`acs-push: --file FOLDER/${file} cannot be written: ${problem}`);
  expect(readdirSync(project.folder).sort()).toEqual(['app.cjs', 'cdktf.json', 'cdktf.out']);
});

test.each([
  [['graph'], 'stack'],
  [['graph', 'dev', '--format', 'png'], "--format is 'png'; expected one of: mermaid, svg"],
])('%j is refused', async (words, problem) => {
  const { code, err } = await project.run(...words);
  expect(code).toBe(2);
  expect(err).toContain(problem);
});
