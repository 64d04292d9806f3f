export type { HubPolicyAttributes } from './adopted-hub-policy';
export * from './hub-policy';
export * from './listen-only-policy';
export * from './notification-hub';
export * from './notification-hub-interface';
export * from './notification-hub-namespace';
export * from './send-only-policy';
