export { applyResourceOptions } from './apply';
export { LOGS_AND_METRICS, METRICS, STORAGE_METRICS } from './diagnostic-categories';
export { logsSent } from './diagnostic-settings';
export { checkPartOptions, optionsOf, type PartOptions } from './part-options';
export { makeIdentity } from './user-assigned-identity';
