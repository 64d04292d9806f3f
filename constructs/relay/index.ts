export type { DevicesApi } from './devices-api';
export { DevicesApiApp, type DevicesApiAppProps } from './devices-api-app';
export type { FunctionAppMetric } from './function-app-metrics';
export {
  INSTANCE_MEMORY_SIZES,
  NODE_VERSIONS,
  SITE_UPDATE_STRATEGIES,
  type FunctionAppScale,
} from './function-app-scale';
export * from './push-relay';
