import type { PipelinePolicy, ProxySettings } from '@azure/core-rest-pipeline';

/** How requests leave, where HTTPS_PROXY and the system's certificate authorities are not the answer. */
export interface TransportOptions {
  /** Certificate authority to trust, PEM. @default - those that Node.js trusts */
  readonly ca?: string;
  /** Proxy to go through; the host with or without `http://`. @default HTTPS_PROXY */
  readonly proxy?: {
    /** Host name or address of the proxy. */
    readonly host: string;
    /** Port of the proxy. */
    readonly port: number;
  };
}

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
