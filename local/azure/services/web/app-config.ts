import { z } from 'zod';
import { SITE_UPDATE_STRATEGIES, type SiteUpdateStrategy } from './instances';
import { ArmError } from '../../core/http';
import type { StoredResource } from '../../core/store';

/** Instances of an app that Azure takes, and their memory. Source: azure-docs, azure-functions/flex-consumption-plan.md. */
const MOST_INSTANCES = 1000;
const INSTANCE_MEMORY_SIZES = [512, 2048, 4096];

/**
 * Versions of Node.js that new apps may have; 20 ended in April 2026.
 * https://learn.microsoft.com/azure/azure-functions/supported-languages
 */
const NODE_VERSIONS = ['22', '24'];

const RUNTIMES = ['custom', 'dotnet-isolated', 'java', 'node', 'powershell', 'python'] as const;

const instances = z.int().min(0).max(MOST_INSTANCES);

/** What belongs to Flex Consumption in a site, as far as it is looked at. */
const functionAppConfig = z.looseObject({
  deployment: z
    .looseObject({
      storage: z
        .looseObject({
          value: z.string().nullish(),
          authentication: z
            .looseObject({
              type: z.string().nullish(),
              userAssignedIdentityResourceId: z.string().nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  runtime: z
    .looseObject({ name: z.enum(RUNTIMES), version: z.string().nullish() })
    .refine(({ name, version }) => name !== 'node' || NODE_VERSIONS.includes(version ?? ''), {
      path: ['version'],
      message: `Invalid option: expected one of ${NODE_VERSIONS.map((version) => `"${version}"`).join('|')}`,
    })
    .nullish(),
  scaleAndConcurrency: z
    .looseObject({
      instanceMemoryMB: z.literal(INSTANCE_MEMORY_SIZES).nullish(),
      maximumInstanceCount: instances.min(1).nullish(),
      alwaysReady: z
        .array(
          z.strictObject({
            // A group of functions that scale together, or one that scales by itself.
            name: z.string().regex(/^(http|blob|durable|function:[A-Za-z][\w-]*)$/),
            instanceCount: instances,
          }),
        )
        .nullish(),
    })
    .nullish(),
  siteUpdateStrategy: z.looseObject({ type: z.enum(SITE_UPDATE_STRATEGIES).nullish() }).nullish(),
});

type FunctionAppConfig = z.output<typeof functionAppConfig>;

/**
 * `functionAppConfig` as it is read back: with what it has when it is left out.
 * @throws ArmError 400 naming what Azure does not take; its words are not Azure's
 */
export function checkFunctionAppConfig(sent: unknown): Record<string, unknown> {
  const { data, error } = functionAppConfig.safeParse(sent);
  if (error) {
    const [{ path, message }] = error.issues as [z.core.$ZodIssue];
    throw refused(path.join('.'), message);
  }
  const { alwaysReady, maximumInstanceCount } = data.scaleAndConcurrency ?? {};
  const ready = (alwaysReady ?? []).reduce((sum, { instanceCount }) => sum + instanceCount, 0);
  if (ready > (maximumInstanceCount ?? MOST_INSTANCES)) {
    throw refused(
      'scaleAndConcurrency.alwaysReady',
      `${ready} instances are more than the app may have, ${maximumInstanceCount ?? MOST_INSTANCES}`,
    );
  }
  return {
    ...data,
    ...(data.scaleAndConcurrency && {
      scaleAndConcurrency: { ...data.scaleAndConcurrency, alwaysReady: alwaysReady ?? [] },
    }),
    siteUpdateStrategy: { type: data.siteUpdateStrategy?.type ?? 'Recreate' },
  };
}

export function siteUpdateStrategyOf(site: StoredResource): SiteUpdateStrategy {
  return configOf(site)?.siteUpdateStrategy?.type ?? 'Recreate';
}

export interface DeploymentStorage {
  readonly value: string;
  /** Resource id of the user-assigned identity, empty for the system-assigned one, undefined for keys. */
  readonly identityId?: string;
}

export function deploymentStorageOf(site: StoredResource): DeploymentStorage | undefined {
  const { value, authentication } = configOf(site)?.deployment?.storage ?? {};
  if (!value) return undefined;
  const byIdentity = /Identity$/i.test(authentication?.type ?? '');
  return { value, ...(byIdentity && { identityId: authentication?.userAssignedIdentityResourceId ?? '' }) };
}

function configOf(site: StoredResource): FunctionAppConfig | undefined {
  return site.properties.functionAppConfig as FunctionAppConfig | undefined;
}

function refused(path: string, message: string): ArmError {
  return new ArmError(400, 'BadRequest', `properties.functionAppConfig.${path}: ${message}`);
}
