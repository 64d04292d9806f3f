import type { LocalService, ServiceParts } from '../../core/service';
import { billingOperations, components } from './resource-types';
import { workbooks } from './workbooks';

/** Application Insights: components with their daily cap, and workbooks. */
export function applicationInsightsService({ context }: ServiceParts): LocalService {
  return {
    resourceTypes: [components, workbooks(context)],
    operations: billingOperations(context),
  };
}
