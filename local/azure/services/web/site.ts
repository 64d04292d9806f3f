import { z } from 'zod';
import type { CorsSettings } from './cors';
import { SITE_TYPE, type FunctionApps } from './function-apps';
import type { SiteSecrets } from './site-secrets';
import { flag, object, objects, scalar, text, texts } from '../../core/arm/shape';
import { ArmError } from '../../core/http';
import type { StoredResource } from '../../core/store';

/** `siteConfig`, as far as it is looked at. */
export const SITE_CONFIG = object({
  appSettings: objects({ name: z.string(), value: scalar }),
  cors: object({ allowedOrigins: texts, supportCredentials: flag }),
  ipSecurityRestrictions: objects({ action: text, ipAddress: text, tag: text }),
});

export interface SentSiteConfig {
  appSettings?: { name: string; value: string }[] | null;
  cors?: CorsSettings | null;
  [key: string]: unknown;
}

export function requireSite(apps: FunctionApps, name: string): StoredResource {
  const site = apps.byName(name);
  if (!site)
    throw new ArmError(404, 'ResourceNotFound', `The Resource '${SITE_TYPE}/${name}' was not found.`);
  return site;
}

/** Settings that are not sent stay as they are, as in Azure. */
export function applySiteConfig(secrets: SiteSecrets, sent: SentSiteConfig | undefined): void {
  const { appSettings, ...rest } = sent ?? {};
  if (rest.cors?.supportCredentials && rest.cors.allowedOrigins?.includes('*')) {
    throw new ArmError(
      400,
      'BadRequest',
      "cors.supportCredentials cannot be true while '*' is an allowed origin.",
    );
  }
  secrets.siteConfig = { ...secrets.siteConfig, ...rest };
  if (appSettings) {
    secrets.appSettings = Object.fromEntries(appSettings.map(({ name, value }) => [name, String(value)]));
  }
}
