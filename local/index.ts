import type { LocalAzure, LocalAzureOptions, LocalCloud, LocalCloudOptions } from './api';
import { startLocalAzure as start, type LocalAzure as Started } from './azure';
import { startLocalCloud as startCloud } from './cloud';

/**
 * Starts local Azure in this process, on loopback only.
 * @throws Error naming port and option when a port is in use, or what is wrong with a snapshot; nothing is left running
 */
export async function startLocalAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  return shown(await start(options));
}

/**
 * The same with stand-ins for the Terraform providers azurerm and azapi beside it.
 * @throws Error as above
 */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { azure, environment, close } = await startCloud({ providers: 'stand-in', ...options });
  return { azure: shown(azure), environment, close };
}

/** What is promised of it to whoever has the package. */
function shown(azure: Started): LocalAzure {
  return {
    endpoints: azure.endpoints,
    environment: azure.environment,
    networkEnvironment: azure.networkEnvironment,
    get inbox() {
      return azure.context.inbox;
    },
    get clock() {
      return azure.context.clock;
    },
    control: async (method, path, body) => {
      const { status, body: answer } = await azure.control(method, path, body);
      return { status, body: answer };
    },
    snapshot: () => azure.snapshot(),
    reset: (snapshot) => azure.reset(snapshot),
    close: () => azure.close(),
  };
}

export { ManualClock, type Clock } from './azure/core/clock';
export { ForwardClock } from './azure/core/forward-clock';
export type { DeliveredPush } from './azure/core/inbox';
export type {
  Endpoints,
  LocalAzure,
  LocalAzureOptions,
  LocalCloud,
  LocalCloudOptions,
  Snapshot,
} from './api';
