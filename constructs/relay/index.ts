export type { DevicesApi } from './devices-api';
export { DevicesApiApp, type DevicesApiAppProps } from './devices-api-app';
export { INSTANCE_MEMORY_SIZES, type FunctionAppScale } from './flex-function-app';
