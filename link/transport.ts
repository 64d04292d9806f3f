import type { PipelinePolicy, ProxySettings } from '@azure/core-rest-pipeline';
import { answerInTimePolicy } from './answer-in-time';
import type { RequestOptions, TransportOptions } from './transport-options';

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

/** Azure Resource Manager and the hubs answer within a minute or not at all. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The same, for clients whose requests nobody else gives a time. */
export function timedTransportOf({ requestTimeout = REQUEST_TIMEOUT_MS, ...options }: RequestOptions) {
  const { additionalPolicies = [], ...transport } = transportOf(options);
  const inTime = { policy: answerInTimePolicy(requestTimeout), position: 'perRetry' as const };
  return { ...transport, additionalPolicies: [...additionalPolicies, inTime] };
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
