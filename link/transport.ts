import type { PipelinePolicy, ProxySettings } from '@azure/core-rest-pipeline';
import type { TransportOptions } from './transport-options';

export interface Transport {
  readonly proxyOptions?: ProxySettings;
  readonly additionalPolicies?: { policy: PipelinePolicy; position: 'perRetry' }[];
}

/** The same for the clients of the Azure SDK. */
export function transportOf({ ca, proxy }: TransportOptions): Transport {
  return {
    ...(proxy === undefined
      ? {}
      : { proxyOptions: { host: proxy.host.replace(/^(?!https?:)/, 'http://'), port: proxy.port } }),
    ...(ca === undefined
      ? {}
      : { additionalPolicies: [{ policy: trust(ca), position: 'perRetry' as const }] }),
  };
}

/** The pipeline forgets its TLS settings where there is a proxy, so the authority goes into each request. */
function trust(ca: string): PipelinePolicy {
  return {
    name: 'acsPushTrustPolicy',
    sendRequest(request, next) {
      request.requestOverrides = { ...request.requestOverrides, ca };
      return next(request);
    },
  };
}
