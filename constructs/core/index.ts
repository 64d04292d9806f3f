export * from './azure-resource-options';
export * from './errors';
export * from './naming';
export type { Providers, ProvidersProps } from './providers';
export * from './resource-group';
export { acknowledgeWarning } from './warnings';
