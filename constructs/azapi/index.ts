export * from './azapi-arguments';
export * from './azapi-provider';
export * from './azapi-resource';
export * from './azapi-resource-action';
export * from './azapi-update-resource';
export * from './data-azapi-resource';
export * from './ephemeral-azapi-resource-action';
