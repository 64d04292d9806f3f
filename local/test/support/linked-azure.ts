import { startLocalAzure, type LocalAzure } from '../../azure';
import type { LocalAzureOptions } from '../../azure/options';
import { arm } from './clients';
import { ACS_ID, apnsCredential, GROUP, HUB_ID, NAMESPACE_ID, PREVIEW } from './harness';

/** The policy that {@link startLinkedAzure} links with. */
export const RULE_ID = `${HUB_ID}/authorizationRules/send-only`;

/** A local Azure with a Communication Services resource that is linked to a hub, by requests of ARM. */
export async function startLinkedAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const azure = await startLocalAzure(options);
  await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
  const place = { location: 'westeurope', sku: { name: 'Basic' } };
  await arm(azure, 'PUT', NAMESPACE_ID, PREVIEW, place);
  await arm(azure, 'PUT', HUB_ID, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
  await arm(azure, 'PUT', RULE_ID, PREVIEW, { properties: { rights: ['Send'] } });
  const service = { location: 'global', properties: { dataLocation: 'Europe' } };
  await arm(azure, 'PUT', ACS_ID, '2025-05-01', service);
  await link(azure);
  return azure;
}

/** Links once more, with the policy's key of now. */
export async function link(azure: LocalAzure): Promise<void> {
  const { json } = await arm(azure, 'POST', `${RULE_ID}/listKeys`, PREVIEW);
  const body = { resourceId: HUB_ID, connectionString: json.primaryConnectionString };
  const { status } = await arm(azure, 'POST', `${ACS_ID}/linkNotificationHub`, '2025-05-01', body);
  if (status !== 200) throw new Error(`the link was answered ${status}`);
}
