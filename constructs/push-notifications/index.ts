export * from './push-notifications';
