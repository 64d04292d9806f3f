import type { LocalService } from '../../core/service';
import { operationalInsightsProvider } from './resource-types';

/** Log Analytics: workspaces, which keep no log. */
export function logAnalyticsService(): LocalService {
  return operationalInsightsProvider();
}
