import type { Assumption } from '../assumption';
import { alerts } from './alerts';
import { arm } from './arm';
import { callAutomation } from './call-automation';
import { communication } from './communication';
import { entra } from './entra';
import { eventGrid } from './event-grid';
import { functionApps } from './function-apps';
import { hubNamespaces } from './hub-namespaces';
import { hubs } from './hubs';
import { hubTelemetry } from './hub-telemetry';
import { monitor } from './monitor';
import { pushServices } from './push-services';
import { resourceProviders } from './resource-providers';
import { storage } from './storage';

/** By the table of docs/local-azure.md that they are in, which `npm run pages` writes. */
export const ASSUMPTIONS: Readonly<Record<string, readonly Assumption[]>> = {
  arm,
  communication,
  'call-automation': callAutomation,
  hubs,
  'hub-namespaces': hubNamespaces,
  'hub-telemetry': hubTelemetry,
  'push-services': pushServices,
  'event-grid': eventGrid,
  'function-apps': functionApps,
  monitor,
  alerts,
  storage,
  entra,
  'resource-providers': resourceProviders,
};
