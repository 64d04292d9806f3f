export { fail, PushConstructError } from './errors';
export type { IApplicationInsights } from './application-insights';
export * from './naming';
export type { Providers, ProvidersProps } from './providers';
export * from './resource-group';
export type { IUserAssignedIdentity } from './user-assigned-identity';
export { acknowledgeWarning } from './warnings';
