import { readFileSync } from 'node:fs';
import type { PipelinePolicy, ProxySettings } from '@azure/core-rest-pipeline';

/** Options of an `@azure/*` client in a process whose environment does not lead to local Azure. */
export interface LocalClientOptions {
  readonly proxyOptions: ProxySettings;
  readonly additionalPolicies: { policy: PipelinePolicy; position: 'perRetry' }[];
}

/** @param endpoints of the `LocalAzure` to reach */
export function clientOptions(endpoints: { proxy: string; certificateFile: string }): LocalClientOptions {
  const proxy = new URL(endpoints.proxy);
  return {
    proxyOptions: { host: `http://${proxy.hostname}`, port: Number(proxy.port) },
    additionalPolicies: [
      {
        // Clients of Azure Storage share a pipeline and each add it once more, which takes a name once alone.
        get policy() {
          return trustPolicy(endpoints.certificateFile);
        },
        position: 'perRetry',
      },
    ],
  };
}

let policies = 0;

/** The pipeline drops `tlsSettings` where there is a proxy, so the CA has to go into the request itself. */
export function trustPolicy(certificateFile: string): PipelinePolicy {
  const ca = readFileSync(certificateFile, 'utf8');
  return {
    name: `localAzureTrustPolicy${policies++}`,
    sendRequest(request, next) {
      request.requestOverrides = { ...request.requestOverrides, ca };
      return next(request);
    },
  };
}
