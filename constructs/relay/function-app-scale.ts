import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { checkOneOf, checkWholeNumber } from '../core/checks';
import { mistake } from '../core/mistakes';

/** Memory of one instance, in megabytes. Source: azure-docs, azure-functions/flex-consumption-plan.md. */
export const INSTANCE_MEMORY_SIZES = [512, 2048, 4096] as const;

/**
 * Versions of Node.js that Azure Functions runs: 22 until April 2027, 24 until April 2028; 20 ended in April 2026.
 * https://learn.microsoft.com/azure/azure-functions/functions-versions
 */
export const NODE_VERSIONS = ['22', '24'] as const;

/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates */
export const SITE_UPDATE_STRATEGIES = ['Recreate', 'RollingUpdate'] as const;

const MAXIMUM_INSTANCE_COUNT = 40;

/** How large a Function App's instances are, how many, what they run on and how they come to new code. */
export interface FunctionAppScale {
  /** Memory of an instance in megabytes; Azure gives processor by it, and bills by it. @default 2048 */
  readonly instanceMemoryInMb?: (typeof INSTANCE_MEMORY_SIZES)[number];
  /** 40 to 1000: of the app, or of each group of functions (Azure's documents say both, see docs/relay.md). @default 40 */
  readonly maximumInstanceCount?: number;
  /** Node.js under the code; Azure Functions ends 22 in April 2027. @default '24' */
  readonly nodeVersion?: (typeof NODE_VERSIONS)[number];
  /**
   * What becomes of running instances when new code or settings come. `RollingUpdate`, a preview of Azure: they finish
   * what they have begun, batch by batch, while new ones take over. `Recreate`: all are ended at once, and what they
   * were about is delivered again. See docs/relay.md.
   * @default 'RollingUpdate'
   */
  readonly siteUpdateStrategy?: (typeof SITE_UPDATE_STRATEGIES)[number];
}

/** An app has each of these once, whatever its functions. */
export const SCALE_FIELDS = [
  'instanceMemoryInMb',
  'maximumInstanceCount',
  'nodeVersion',
  'siteUpdateStrategy',
] as const satisfies readonly (keyof FunctionAppScale)[];

/** Instances that run also when there is nothing to do, by group: `http`, or `function:{name}`. */
export type AlwaysReady = Readonly<Record<string, number | undefined>>;

/** @param field what stands before the names in the error: nothing, or `devicesApi.` */
export function checkScale(scope: Construct, scale: FunctionAppScale, field = ''): void {
  const { instanceMemoryInMb, nodeVersion, siteUpdateStrategy, maximumInstanceCount } = scale;
  checkOneOf(scope, `${field}instanceMemoryInMb`, instanceMemoryInMb, INSTANCE_MEMORY_SIZES);
  checkOneOf(scope, `${field}nodeVersion`, nodeVersion, NODE_VERSIONS);
  checkOneOf(scope, `${field}siteUpdateStrategy`, siteUpdateStrategy, SITE_UPDATE_STRATEGIES);
  checkWholeNumber(scope, `${field}maximumInstanceCount`, maximumInstanceCount, 40, 1000);
}

/**
 * What stands in `functionAppConfig` of the scale; more instances that are ready than the app may have are a mistake.
 */
export function scaleConfig(scope: Construct, scale: FunctionAppScale, alwaysReady: AlwaysReady): object {
  const {
    instanceMemoryInMb = 2048,
    maximumInstanceCount = MAXIMUM_INSTANCE_COUNT,
    nodeVersion = '24',
    siteUpdateStrategy = 'RollingUpdate',
  } = scale;
  const ready = Object.entries(alwaysReady)
    .filter((entry): entry is [string, number] => Boolean(entry[1]))
    .map(([name, instanceCount]) => ({ name, instanceCount }));
  const sum = ready.reduce((total, { instanceCount }) => total + instanceCount, 0);
  if (!Token.isUnresolved(maximumInstanceCount) && sum > maximumInstanceCount) {
    mistake(
      scope,
      `alwaysReady takes as many instances as maximumInstanceCount in all, ${maximumInstanceCount}; got ${sum}`,
    );
  }
  return {
    runtime: { name: 'node', version: nodeVersion },
    scaleAndConcurrency: { instanceMemoryMB: instanceMemoryInMb, maximumInstanceCount, alwaysReady: ready },
    siteUpdateStrategy: { type: siteUpdateStrategy },
  };
}

/** @param field how the number is called in the error */
export function checkAlwaysReady(scope: Construct, field: string, count: number | undefined): void {
  checkWholeNumber(scope, field, count, 0, 1000);
}
