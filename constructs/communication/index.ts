export * from './communication-service';
export * from './communication-service-interface';
export * from './notification-hub-link';
