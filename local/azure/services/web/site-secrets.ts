import { randomBytes } from 'node:crypto';
import type { StoredResource } from '../../core/store';
import type { CorsSettings } from './cors';

/** Kudu's numbers for the state of a deployment. */
export const DEPLOYMENT_STATUS = { deploying: 2, failed: 3, success: 4 } as const;

export interface Deployment {
  readonly id: string;
  status: (typeof DEPLOYMENT_STATUS)[keyof typeof DEPLOYMENT_STATUS];
  /** Why it failed. */
  statusText: string;
  readonly receivedTime: string;
  endTime?: string;
}

/** What a site keeps that no GET shows. */
export interface SiteSecrets {
  appSettings: Record<string, string>;
  siteConfig: { cors?: CorsSettings | null; [key: string]: unknown };
  publishingPassword: string;
  masterKey: string;
  functionKey: string;
  /** Opens `/runtime/webhooks/eventgrid`. */
  eventGridKey: string;
  /** The last one, whatever became of it. */
  deployment?: Deployment;
  /** The unpacked package that runs, below the folder of all packages. */
  packageFolder?: string;
  [key: string]: unknown;
}

export function secretsOf(site: StoredResource): SiteSecrets {
  return site.secrets as SiteSecrets;
}

export function newSiteSecrets(): SiteSecrets {
  const key = () => randomBytes(40).toString('base64url');
  return {
    appSettings: {},
    siteConfig: {},
    publishingPassword: key(),
    masterKey: key(),
    functionKey: key(),
    eventGridKey: key(),
  };
}
