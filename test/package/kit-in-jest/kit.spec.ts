import { Testing } from 'cdktf';
import { makeVapidKeys, matchers, snapshotSerializer, synthesize } from 'cdktf-acs-push/testing';
import { ENVIRONMENTS } from '../environments';
import { PushStack } from '../stack';

expect.extend(matchers);
expect.addSnapshotSerializer(snapshotSerializer);

const dev = () => new PushStack(Testing.app(), 'dev', ENVIRONMENTS.dev);

test('matchers of the kit, typed and at work', () => {
  expect(dev()).toLinkHub('ntf-contoso-dev-calling');
  expect(dev()).not.toLinkHub('ntf-contoso-dev-relay');
  expect(dev()).toHaveNoLiteralSecret();
  expect(dev()).toKeepResourcesOf(synthesize(dev()).snapshot());
  expect(synthesize(dev())).toHaveResourceWith('Microsoft.Communication/communicationServices', {
    name: expect.stringContaining('contoso'),
    properties: { dataLocation: 'Europe' },
  });
  expect(makeVapidKeys().publicKey).toHaveLength(87);
});

test('the snapshot that Vitest wrote', () => {
  const [, written] = /exports\[`dev > is what was reviewed last 1`\] = `\n([^]*?)\n`;/.exec(
    require('node:fs').readFileSync('test/__snapshots__/synthesized.test.ts.snap', 'utf8') as string,
  )!;
  expect(written!.replace(/\\([\\$`])/g, '$1')).toBe(snapshotSerializer.serialize(synthesize(dev())));
});
