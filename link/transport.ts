import type { PipelinePolicy, ProxySettings } from '@azure/core-rest-pipeline';

/** How requests leave, where HTTPS_PROXY and the system's certificate authorities are not the answer. */
export interface Transport {
  readonly proxyOptions?: ProxySettings;
  readonly additionalPolicies?: {
    readonly policy: PipelinePolicy;
    readonly position: 'perCall' | 'perRetry';
  }[];
}
