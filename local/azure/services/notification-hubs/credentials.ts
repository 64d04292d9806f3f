import { asObject, resourceName } from '../../core/arm/resource-id';
import type { ResourceRequest } from '../../core/arm/resource-type';
import { badRequest } from '../../core/http';
import type { StoredResource } from '../../core/store';
import { PREVIEW } from './resource';

/** What each push service's credential must carry; the rest is passed on as it is. */
const CREDENTIALS: Readonly<
  Record<string, { readonly required: readonly string[]; readonly since?: string }>
> = {
  apnsCredential: { required: ['endpoint'] },
  fcmV1Credential: { required: ['clientEmail', 'privateKey', 'projectId'], since: PREVIEW },
  browserCredential: { required: ['subject', 'vapidPrivateKey', 'vapidPublicKey'] },
  wnsCredential: { required: ['packageSid', 'secretKey'] },
  gcmCredential: { required: ['googleApiKey'] },
  mpnsCredential: { required: [] },
  admCredential: { required: ['clientId', 'clientSecret'] },
  baiduCredential: { required: ['baiduApiKey', 'baiduSecretKey'] },
  xiaomiCredential: { required: ['appSecret'], since: PREVIEW },
};
const APNS_TOKEN_FIELDS = ['appId', 'appName', 'keyId', 'token'];

/** The hub's credentials by their ARM name (`apnsCredential`, …): the inner `properties` only. */
export function hubCredentials(hub: StoredResource): Record<string, Record<string, unknown>> {
  return (hub.secrets?.credentials ?? {}) as Record<string, Record<string, unknown>>;
}

/** The credentials that a hub has after a PUT or PATCH. Throws ArmError. */
export function readCredentials(
  request: ResourceRequest,
  asked: Record<string, unknown>,
): Record<string, Record<string, unknown>> {
  const before = request.existing ? hubCredentials(request.existing) : {};
  // A PATCH is merged from what a GET shows, where credentials are not: those it does not name stay.
  const credentials: Record<string, Record<string, unknown>> = request.method === 'PATCH'
    ? { ...before }
    : {};
  for (const [kind, { required }] of Object.entries(CREDENTIALS)) {
    if (!(kind in asked) || asked[kind] === null || !isKnownIn(kind, request.apiVersion)) continue;
    const properties = asObject(asObject(asked[kind]).properties);
    const certificate = kind === 'apnsCredential' && properties.apnsCertificate !== undefined;
    const fields = kind === 'apnsCredential' && !certificate ? [...required, ...APNS_TOKEN_FIELDS] : required;
    const missing = fields.filter(
      (field) => typeof properties[field] !== 'string' || properties[field] === '',
    );
    if (missing.length > 0) {
      throw badRequest(`The ${kind} of '${resourceName(request.id)}' lacks ${missing.join(', ')}.`);
    }
    credentials[kind] = { ...properties };
  }
  return credentials;
}

export function isKnownIn(credential: string, apiVersion: string): boolean {
  const since = CREDENTIALS[credential]?.since;
  return since === undefined || apiVersion >= since;
}
