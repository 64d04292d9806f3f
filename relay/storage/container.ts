import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { ContainerClient, type IHttpClient } from '@azure/storage-blob';
import type { StorageAccount } from './account';
import { PATIENT, triesOf } from './tries';

/** A container of the account, over the relay's own connections. */
export function containerOf(account: StorageAccount, name: string): ContainerClient {
  return new ContainerClient(`https://${account.name}.blob.core.windows.net/${name}`, account.credential, {
    httpClient: asAskedForByBlobs(account),
    retryOptions: { maxTries: 1 },
  });
}

/** The SDK of the blobs still takes a client as the core of the SDKs had it before. */
function asAskedForByBlobs({ httpClient, clock }: StorageAccount): IHttpClient {
  const tried = triesOf(PATIENT, clock);
  return {
    async sendRequest(asked) {
      const { url, method, body, abortSignal, streamResponseStatusCodes } = asked;
      const request = createPipelineRequest({
        url,
        method,
        body,
        abortSignal,
        streamResponseStatusCodes,
        headers: createHttpHeaders(asked.headers.rawHeaders()),
      });
      const answer = await tried(request, (one) => httpClient.sendRequest(one));
      const headers = asked.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of answer.headers) headers.set(name, value);
      return { ...answer, request: asked, headers };
    },
  };
}
