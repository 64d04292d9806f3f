export * from './errors';
export * from './naming';
export * from './resource-group';
