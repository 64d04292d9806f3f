export * from './azure-resource-options';
export * from './errors';
export { movedFrom } from './moved-from';
export * from './naming';
export type { PreventDestroyOptions } from './prevent-destroy';
export type { Providers, ProvidersProps } from './providers';
export * from './resource-group';
export { acknowledgeWarning } from './warnings';
