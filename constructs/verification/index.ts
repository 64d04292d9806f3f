export * from './hub-verification';
export * from './link-verification';
