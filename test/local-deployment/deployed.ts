import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment, synthesizedFile, type DeploymentOptions } from '../../testing/local/deployment';
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../testing/local/local-cloud';
import {
  credentialVariables,
  makePushCredentials,
  type PushCredentials,
} from '../../testing/local/push-credentials';

/** Long enough for a busy machine; nothing is asserted about time. */
export const DEPLOY_TIMEOUT_MS = 900_000;

/** Local Azure with the stand-in providers, and a deployment into it: of the environment `local`, or of another app. */
export interface Bench {
  readonly folder: string;
  readonly credentials: PushCredentials;
  readonly cloud: LocalCloud;
  readonly deployment: Deployment;
  /** The same deployment with other properties of the environment: `{ tags: … }`. */
  changed(changes: Record<string, unknown>): Deployment;
  close(): Promise<void>;
}

interface BenchApp {
  /** @default 'local' */
  readonly stack?: string;
  /** Program that synthesizes it, from the project's folder. @default 'judges/app.ts' */
  readonly main?: string;
  /** Deployed by cdktf's command, changes excepted: it does the same in three times the processor time. @default false */
  readonly byCdktf?: boolean;
}

export async function openBench(
  cloudOptions: Partial<LocalCloudOptions> = {},
  { stack = 'local', main = 'judges/app.ts', byCdktf = false }: BenchApp = {},
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'local-deployment-'));
  const cloud = await startLocalCloud({ providers: 'stand-in', ...cloudOptions });
  const credentials = await makePushCredentials();
  const stop = new AbortController();
  const place = { stack, folder: join(folder, 'deployment') };
  const options: DeploymentOptions = {
    ...place,
    environment: {
      ...cloud.environmentFor(synthesizedFile(place)),
      ...credentialVariables(credentials),
      // A link that is changed is proved after ten minutes; the tests of the link wait for that, on a faster clock.
      ACS_PUSH_VERIFY_LEVEL: 'config',
    },
    signal: stop.signal,
    // From one file, and with assets that are as their sources make them.
    app: `node scripts/synth.cjs ${main}`,
    direct: true,
  };
  const running = new Set<Promise<unknown>>();
  const directly = new Deployment(options, running);
  const deployment = byCdktf ? new Deployment({ ...options, direct: false }, running) : directly;
  return {
    folder,
    credentials,
    cloud,
    deployment,
    changed: (changes) => directly.with({ ENVIRONMENT_CHANGES: JSON.stringify(changes) }),
    close: async () => {
      // A test that ran out of time leaves its deployment running.
      stop.abort();
      await deployment.idle();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What Terraform printed, without the line ends and frames that it puts into long messages. */
export const unbroken = (text: string) => text.replace(/[\s│╷╵]+/g, ' ');
