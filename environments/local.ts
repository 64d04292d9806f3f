import type { EnvironmentInput } from './schema';

/** Local Azure, on this machine: what `npm start` deploys. Its subscription exists nowhere else. */
export const local: EnvironmentInput = {
  name: 'local',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  appName: 'contoso',
  location: 'westeurope',
  dataLocation: 'Europe',
  sku: 'Basic',
  apns: {
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    endpoint: 'sandbox',
  },
  fcm: true,
  secrets: { source: 'variables' },
  backend: { type: 'local' },
  events: { target: 'relay' },
  // Nobody misses what is in it: `cdktf destroy` can be tried here.
  preventDestroy: false,
  tags: { environment: 'local' },
};
