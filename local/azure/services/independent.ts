// Services that need no other: one line each.
export { applicationInsightsService } from './application-insights';
export { authorizationService } from './authorization';
export { keyVaultService } from './key-vault';
export { logAnalyticsService } from './log-analytics';
export { managedIdentityService } from './managed-identity';
export { networkService } from './network';
export { resourcesService } from './resources';
