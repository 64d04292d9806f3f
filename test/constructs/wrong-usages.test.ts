import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { ApnsTokenCredential, AzapiProvider, PushNotifications, WebhookDestination } from '../../constructs';
import { ensureAssets } from '../support/assets';
import { GROUP } from '../support/samples';
import { errorOf, synth, thrownBy } from '../support/synth';
import { WRONG_USAGES } from './wrong-usages';

beforeAll(ensureAssets);

test.each(WRONG_USAGES.map((usage) => [usage.what, usage] as const))('%s', (_, { build, prop, error }) => {
  const told = errorOf(() => synth(build()));
  expect(told).toBe(error);
  expect(told).toContain(prop);
});

test('the mistakes of all constructs and values are told at once, as cdktf tells them', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'wrong-usages-'));
  try {
    const app = new App({ outdir });
    const stack = new TerraformStack(app, 'stack');
    new AzurermProvider(stack, 'azurerm', { features: [{}] });
    new AzapiProvider(stack, 'azapi');
    new PushNotifications(stack, 'Push', {
      resourceGroup: GROUP,
      name: 'Contoso!',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Mars' as 'Europe',
      apns: new ApnsTokenCredential({
        keyId: 'x',
        teamId: 'TEAM123456',
        bundleId: 'app',
        token: 'p8',
      } as never),
      calls: { retryPolicy: { maxDeliveryAttempts: 31, eventTimeToLive: 1 } },
      events: new WebhookDestination({ url: 'hooks.example.com', maxEventsPerBatch: 0 }),
      verification: { timeout: '15' },
      tags: { 'a?': 'x' },
    });
    const [first, ...lines] = thrownBy(() => app.synth()).split('\n');
    expect(first).toBe('Validation failed with the following errors:');
    const told = lines.filter((line) => /^ {2}\[/.test(line)).map((line) => line.trim().split(' takes ')[0]);
    expect(told).toEqual([
      '[stack/Push] tags',
      '[stack/Push] maxEventsPerBatch',
      '[stack/Push] webhook url',
      '[stack/Push] name',
      '[stack/Push] apns.keyId',
      '[stack/Push] apns.bundleId',
      '[stack/Push] apns.token',
      '[stack/Push/CommunicationService] dataLocation',
      expect.stringMatching(/^\[stack\/Push\/Storage\] storageUseAzuread of the provider/),
      '[stack/Push/Events/Calls] retryPolicy.maxDeliveryAttempts',
      '[stack/Push/Verification] timeout',
    ]);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
