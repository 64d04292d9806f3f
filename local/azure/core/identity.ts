/** The fixed identities of local Azure. None of them is a secret: they open nothing but local Azure. */
export const SUBSCRIPTION_ID = '00000000-0000-0000-0000-000000000001';
export const TENANT_ID = '11111111-1111-1111-1111-111111111111';
/** The service principal that deploys; it may do everything. */
export const DEPLOYER = {
  objectId: '22222222-2222-2222-2222-222222222222',
  clientId: '33333333-3333-3333-3333-333333333333',
  clientSecret: 'local',
} as const;

/** Hosts of the public Azure cloud that local Azure answers for in the clients' stead. */
export const LOGIN_HOST = 'login.microsoftonline.com';
export const ARM_HOST = 'management.azure.com';
