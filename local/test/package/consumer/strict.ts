import {
  ForwardClock,
  ManualClock,
  startLocalAzure,
  startLocalCloud,
  type Clock,
  type DeliveredPush,
  type Endpoints,
  type LocalAzure,
  type LocalAzureOptions,
  type LocalCloud,
  type Snapshot,
} from 'acs-push-local';

const clocks: readonly Clock[] = [new ForwardClock(60), new ManualClock(0)];
const options: LocalAzureOptions = {
  seed: 1,
  strict: true,
  ports: { control: 4040 },
  ...(clocks[0] && { clock: clocks[0] }),
};

export async function use(): Promise<readonly DeliveredPush[]> {
  const azure: LocalAzure = await startLocalAzure(options);
  const { control }: Endpoints = azure.endpoints;
  const taken: Snapshot = await azure.snapshot();
  await azure.reset(taken);
  const { status } = await azure.control('GET', `/inbox?from=${control}`);
  const cloud: LocalCloud = await startLocalCloud({ snapshot: taken, azurermVersion: '5.0.0' });
  await cloud.close();
  return status === 200 ? azure.inbox : [];
}

// @ts-expect-error what is inside is nobody's business
export const inside = (azure: LocalAzure) => azure.context;
