export * from './apns-token';
export * from './fcm-private-key';
export * from './fcm-service-account';
export * from './secret-rule';
export * from './vapid-private-key';
