import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { loadEnvironments } from '../../environments';
import type { Environment } from '../../environments/schema';
import { addEnvironments, type StackManifests } from '../../environments/stacks';

const environments = loadEnvironments().filter(({ name }) => ['dev', 'prod'].includes(name));
const prod = { name: 'prod', dependencies: [], annotations: [] } as unknown as StackManifests[string];

let outdir: string;
beforeAll(() => (outdir = mkdtempSync(join(tmpdir(), 'stacks-'))));
afterAll(() => rmSync(outdir, { recursive: true }));

function added(kept: StackManifests, of: readonly Environment[] = environments) {
  const app = new App({ outdir });
  addEnvironments(app, of, kept);
  return { made: app.node.children.map(({ node }) => node.id), listed: app.manifest.stacks };
}

test('each environment has a stack', () => expect(added({}).made).toEqual(['dev', 'prod']));

test('what is kept is not made, and the manifest has it before anything is written', () =>
  expect(added({ prod })).toEqual({ made: ['dev'], listed: { prod } }));

test('one with templates of its own is made', () => {
  const withTemplates = environments.map((environment) =>
    environment.name === 'prod' && environment.events.target === 'relay'
      ? { ...environment, events: { ...environment.events, templates: 'relay/templates' } }
      : environment,
  );
  expect(added({ prod }, withTemplates).made).toContain('prod');
});
