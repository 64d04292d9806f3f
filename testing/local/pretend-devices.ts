import { randomBytes, randomUUID } from 'node:crypto';
import { createClientContext, createOrUpdateInstallation } from '@azure/notification-hubs/api';
import { createAppleInstallation, createFcmV1Installation } from '@azure/notification-hubs/models';
import type { AzureReader } from '../../link/azure';
import { API_VERSIONS } from '../../link/api-versions';
import type { Transport } from '../../link/transport';
import type { PretendUser } from './contract';

export type { PretendUser };

export type PhonePlatform = 'apns' | 'fcmv1';

/** @param resource its `immutableResourceId`: Call Automation calls users of its own resource alone */
export function pretendUser(name: string, resource: string = randomUUID()): PretendUser {
  return {
    name,
    rawId: `8:acs:${resource}_${randomUUID()}`,
    apnsHandle: randomBytes(32).toString('hex'),
    fcmHandle: `${randomBytes(16).toString('base64url')}:${randomBytes(100).toString('base64url')}`,
  };
}

/**
 * Registers a user's phones with a hub as an app's back end does: installations, by `@azure/notification-hubs`,
 * with the rule that Azure makes in every hub for devices.
 */
export async function registerInstallations(
  reader: AzureReader,
  hubId: string,
  user: PretendUser,
  tag: string,
  transport: Transport,
  platforms: readonly PhonePlatform[] = ['apns', 'fcmv1'],
): Promise<void> {
  const rule = `${hubId}/authorizationRules/DefaultListenSharedAccessSignature`;
  const keys = await reader.act(rule, 'listKeys', API_VERSIONS.notificationHubs);
  const { primaryConnectionString } = (keys ?? {}) as { primaryConnectionString?: string };
  if (!primaryConnectionString) throw new Error(`listKeys on ${rule} answered no connection string`);
  const client = createClientContext(primaryConnectionString, hubId.split('/').pop() ?? '', transport);
  const tags = [tag];
  const make = {
    apns: () => createAppleInstallation({ installationId: randomUUID(), pushChannel: user.apnsHandle, tags }),
    fcmv1: () => createFcmV1Installation({ installationId: randomUUID(), pushChannel: user.fcmHandle, tags }),
  };
  for (const platform of platforms) await createOrUpdateInstallation(client, make[platform]());
}
