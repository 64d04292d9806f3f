export * from './apns-token-credential';
export * from './browser-credential';
export * from './fcm-v1-credential';
export * from './secret-value';
