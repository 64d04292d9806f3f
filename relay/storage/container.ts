import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { ContainerClient, type IHttpClient } from '@azure/storage-blob';
import type { StorageAccount } from './account';
import { withRetries } from './retries';

/** A container of the account, over the relay's own connections. */
export function containerOf(account: StorageAccount, name: string): ContainerClient {
  return new ContainerClient(`https://${account.name}.blob.core.windows.net/${name}`, account.credential, {
    httpClient: asAskedForByBlobs(withRetries(account)),
    retryOptions: { maxTries: 1 },
  });
}

/** The SDK of the blobs still takes a client as the core of the SDKs had it before. */
function asAskedForByBlobs(client: HttpClient): IHttpClient {
  return {
    async sendRequest(asked) {
      const { url, method, body, timeout, abortSignal, streamResponseStatusCodes } = asked;
      const answer = await client.sendRequest(
        createPipelineRequest({
          url,
          method,
          body,
          timeout,
          abortSignal,
          streamResponseStatusCodes,
          headers: createHttpHeaders(asked.headers.rawHeaders()),
        }),
      );
      const headers = asked.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of answer.headers) headers.set(name, value);
      return { ...answer, request: asked, headers };
    },
  };
}
