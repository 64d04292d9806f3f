import { Aspects, dependable, TerraformOutput, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { AzapiResource } from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { maximalPush } from '../../support/maximal';
import { referenceProblems } from '../../support/references';
import { communicationService, GROUP, hub } from '../../support/samples';
import { newStack, synth, synthWith } from '../../support/synth';

beforeAll(ensureAssets);

interface Taggable extends IConstruct {
  tags?: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
}

/** As users of CDKTF write it. */
function tagAll(scope: IConstruct, tags: Record<string, string>): void {
  const isTaggable = (node: IConstruct): node is Taggable => 'tags' in node && 'tagsInput' in node;
  Aspects.of(scope).add({
    visit: (node) => {
      if (isTaggable(node)) node.tags = { ...node.tagsInput, ...tags };
    },
  });
}

const WITHOUT_TAGS = [
  'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules',
  'Microsoft.Authorization/roleDefinitions',
];

describe('a tags Aspect', () => {
  test('reaches all that azapi makes and Azure tags, beside the tags it has', () => {
    const stack = newStack();
    maximalPush(stack, { tags: { app: 'contoso' } });
    tagAll(stack, { team: 'push' });
    const json = synth(stack);
    const isTagged = (type: string) => !WITHOUT_TAGS.includes(type.split('@')[0]!);
    const resources = json.resources('azapi_resource');
    const tagged = resources.filter(({ type }) => isTagged(type));
    expect(tagged.length).toBeGreaterThan(6);
    for (const { tags } of tagged) expect(tags).toEqual({ app: 'contoso', team: 'push' });
    for (const { tags } of resources.filter(({ type }) => !isTagged(type))) expect(tags).toBeUndefined();
    expect(json.resources('azapi_update_resource').length).toBeGreaterThan(0);
    for (const { tags } of json.resources('azapi_update_resource')) expect(tags).toBeUndefined();
  });

  test('finds tags that can be read', () => {
    const json = synthWith((stack) => {
      const { resource } = communicationService(stack);
      new TerraformOutput(stack, 'Tags', { value: resource.tags });
    });
    expect(json.outputs.Tags!.value).toMatch(/^\$\{azapi_resource\.Acs_\w+\.tags\}$/);
  });
});

describe('a resource of azapi', () => {
  const make = (stack: TerraformStack): AzapiResource => communicationService(stack).resource;

  test('takes what CDKTF gives any resource', () => {
    const stack = newStack();
    const resource = make(stack);
    const before = hub(stack).resource;
    resource.lifecycle = { preventDestroy: true };
    resource.dependsOn = [dependable(before)];
    resource.provider = stack.node.findChild('azapi') as never;
    resource.addOverride('body.properties.publicNetworkAccess', 'Disabled');
    resource.importFrom('/subscriptions/x');
    const json = synth(stack);
    const made = json.oneArm('Microsoft.Communication/communicationServices');
    expect(made).toMatchObject({
      lifecycle: { prevent_destroy: true },
      provider: 'azapi',
      body: { properties: { publicNetworkAccess: 'Disabled', dataLocation: 'Europe' } },
    });
    expect(json.json.import).toEqual([
      { id: '/subscriptions/x', to: `azapi_resource.${resource.friendlyUniqueId}` },
    ]);
    expect(referenceProblems(json)).toEqual([]);
  });

  test('moves to where another is', () => {
    const stack = newStack();
    const from = new AzapiResource(stack, 'Old', { type: 'Microsoft.X/y@1', name: 'y', parentId: GROUP.id });
    const to = new AzapiResource(stack, 'New', { type: 'Microsoft.X/y@1', name: 'y', parentId: GROUP.id });
    to.addMoveTarget('new');
    from.moveTo('new');
    to.overrideLogicalId('renamed');
    const { json } = synth(stack);
    expect(json.moved).toEqual([{ from: 'azapi_resource.Old', to: 'azapi_resource.renamed' }]);
    expect(Object.keys(json.resource.azapi_resource)).toEqual(['renamed']);
  });

  test('is made as often as count says', () => {
    const stack = newStack();
    make(stack).count = 2;
    expect(synth(stack).oneArm('Microsoft.Communication/communicationServices').count).toBe(2);
  });
});
