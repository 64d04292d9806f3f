import { createHttpHeaders, createPipelineRequest, type RequestBodyType } from '@azure/core-rest-pipeline';
import { ContainerClient, type IHttpClient } from '@azure/storage-blob';
import { bearer } from '../identity';
import type { StorageAccount } from './account';
import { PATIENT, triesOf } from './tries';

const STORAGE = 'https://storage.azure.com';

/**
 * A container of the account, over the relay's own connections. Each try signs in by itself: the SDK's own way lies
 * outside of the tries, so that one token that is not to be had would be the end of it.
 */
export function containerOf(account: StorageAccount, name: string): ContainerClient {
  return new ContainerClient(`https://${account.name}.blob.core.windows.net/${name}`, undefined, {
    httpClient: asAskedForByBlobs(account),
    retryOptions: { maxTries: 1 },
  });
}

/** The SDK of the blobs still takes a client as the core of the SDKs had it before. */
function asAskedForByBlobs({ httpClient, credential, clock }: StorageAccount): IHttpClient {
  const tried = triesOf(PATIENT, clock);
  return {
    async sendRequest(asked) {
      const { url, method, abortSignal, streamResponseStatusCodes } = asked;
      const request = createPipelineRequest({
        url,
        method,
        body: asked.body as RequestBodyType,
        abortSignal,
        streamResponseStatusCodes,
        headers: createHttpHeaders(asked.headers.rawHeaders()),
      });
      const answer = await tried(request, async (one) => {
        one.headers.set('authorization', await bearer(credential, STORAGE));
        return httpClient.sendRequest(one);
      });
      const headers = asked.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of answer.headers) headers.set(name, value);
      return { ...answer, request: asked, headers };
    },
  };
}
