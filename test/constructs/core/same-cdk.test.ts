import { TerraformStack, Testing } from 'cdktf';
import { NotificationHubNamespace } from '../../../constructs';
import { AzapiResource } from '../../../constructs/azapi';
import { GROUP } from '../../support/samples';
import { errorOf } from '../../support/synth';

const RTTI = Symbol.for('jsii.rtti');
const [ours] = (TerraformStack as unknown as Record<symbol, { fqn: string }>)[RTTI]!.fqn.split('.');
const theirs = ours === 'cdktf' ? 'cdktn' : 'cdktf';
const ENTRY = { cdktf: 'cdktf-acs-push', cdktn: 'cdktf-acs-push/cdktn' } as const;

/** A stack as the other of the two has it. */
const other = () => {
  class OtherStack extends TerraformStack {}
  Object.defineProperty(OtherStack, RTTI, { value: { fqn: `${theirs}.TerraformStack` } });
  return new OtherStack(Testing.app(), 'other');
};

test.each([
  [
    'a construct',
    () => new NotificationHubNamespace(other(), 'Part', { resourceGroup: GROUP, name: 'ntfns-app' }),
  ],
  [
    'a resource of azapi',
    () => new AzapiResource(other(), 'Part', { type: 'A.B/c@1', name: 'c', parentId: GROUP.id, body: {} }),
  ],
])('%s in a stack of the other flavour says what to import', (_, make) => {
  expect(errorOf(make)).toContain(
    `'${ENTRY[ours as keyof typeof ENTRY]}' takes stacks of ${ours}, got one of ${theirs}: import from '${ENTRY[theirs]}' ` +
      `in an app that is written with ${theirs}, and its testing kit from '${ENTRY[theirs]}/testing'\n` +
      '  at construct other',
  );
});
