import type { TokenCredential } from '@azure/core-auth';
import { TransientError } from '../errors';
import type { Transport } from '../http';
import { bearer } from '../identity';

/** Audience of tokens for the metrics endpoint of each region. */
const MONITORING = 'https://monitoring.azure.com';

/**
 * Sends values of metrics of one's own to Azure Monitor, where they belong to a resource.
 * https://learn.microsoft.com/azure/azure-monitor/essentials/metrics-store-custom-rest-api
 */
export class CustomMetrics {
  private readonly url: string;

  /**
   * @param resourceId ARM id of the resource that the metrics belong to
   * @param region the resource's, as a short name: `westeurope`
   */
  constructor(
    resourceId: string,
    region: string,
    private readonly credential: TokenCredential,
    private readonly transport: Transport,
  ) {
    this.url = `https://${region}.monitoring.azure.com${resourceId}/metrics`;
  }

  /**
   * Sends one value.
   *
   * @param time milliseconds since the epoch, at most 20 minutes ago
   * @throws TransientError when it was not taken
   */
  async publish(metric: { namespace: string; name: string }, value: number, time: number): Promise<void> {
    const { status } = await this.transport.send({
      method: 'POST',
      url: this.url,
      headers: {
        authorization: await bearer(this.credential, MONITORING),
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        time: new Date(time).toISOString(),
        data: {
          baseData: {
            metric: metric.name,
            namespace: metric.namespace,
            series: [{ min: value, max: value, sum: value, count: 1 }],
          },
        },
      }),
    });
    if (status >= 300) {
      throw new TransientError(
        `POST ${this.url} answered ${status}` +
          (status === 403
            ? "; the identity needs the role 'Monitoring Metrics Publisher' on the resource"
            : ''),
      );
    }
  }
}
