import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';

/** How an Azure that does otherwise would answer. */
interface Turned {
  readonly method: PipelineRequest['method'];
  readonly url: RegExp;
  /** Of the request, when the URL does not tell. */
  readonly about?: RegExp;
  /** Of answers with this status alone. */
  readonly when?: number;
  /** In place of the status that local Azure answers. */
  readonly status?: number;
  readonly change?: (body: any) => any;
}

const without = (name: string) => (body: any) => ({
  ...body,
  properties: { ...body.properties, [name]: undefined },
});

const withCredential = (name: string) => (body: any) => ({
  ...body,
  properties: { ...body.properties, [name]: { properties: { kept: 'yes' } } },
});

/** Assumptions by their ids, as a real Azure might turn out to do the opposite. */
export const TURNED: Readonly<Record<string, Turned>> = {
  'members-that-no-type-has': { method: 'PUT', url: /namespaces\/live-\w+-colour\?/, status: 200 },
  'large-bodies': { method: 'PUT', url: /communicationServices\/live-\w+-large\?/, status: 400 },
  'too-many-tags': {
    method: 'PUT',
    url: /communicationServices\/live-\w+-tagged\?/,
    change: () => ({ error: { code: 'TooManyTags' } }),
  },
  'users-and-tokens': { method: 'POST', url: /:issueAccessToken/, when: 404, status: 403 },
  'patched-subscriptions': {
    method: 'GET',
    url: /eventSubscriptions\/patched\?/,
    change: (body) => ({
      ...body,
      properties: {
        ...body.properties,
        filter: { ...body.properties.filter, subjectBeginsWith: '/a' },
      },
    }),
  },
  'acs-put-keeps-link': {
    method: 'GET',
    url: /communicationServices\/live-\w+-kept\?/,
    change: without('notificationHubId'),
  },
  'link-unchecked': {
    method: 'POST',
    url: /unchecked\/linkNotificationHub/,
    about: /SharedAccessKeyName=listen;/,
    status: 400,
  },
  'list-keys-without-local-auth': { method: 'POST', url: /keyless\/listKeys/, status: 200 },
  'hub-put-replaces-credentials': {
    method: 'POST',
    url: /put-without\/pnsCredentials/,
    change: withCredential('apnsCredential'),
  },
  'stable-put-removes-fcm-v1': {
    method: 'POST',
    url: /stable-put\/pnsCredentials/,
    change: withCredential('fcmV1Credential'),
  },
  'push-without-credential': {
    method: 'POST',
    url: /\/apns-alone\/messages/,
    about: /"message"/,
    status: 400,
  },
  'namespace-put-opens-it': {
    method: 'GET',
    url: /namespaces\/live-\w+-opened\?/,
    change: (body) => ({
      ...body,
      properties: { ...body.properties, networkAcls: { ipRules: [{ ipMask: '203.0.113.7' }] } },
    }),
  },
  'users-of-other-resources': {
    method: 'POST',
    url: /calling\/callConnections/,
    when: 400,
    status: 403,
  },
  'topic-outlives-source': { method: 'GET', url: /systemTopics\/live-\w+-orphan\?/, status: 404 },
  'identity-of-global-topics': { method: 'PUT', url: /systemTopics\/live-\w+-identity\?/, status: 400 },
  'titles-of-workbooks': { method: 'PUT', url: /workbooks\//, about: /-drawn"/, status: 200 },
  'old-metrics': { method: 'GET', url: /interval=P1D/, status: 400 },
};

/** An Azure that is local Azure but for these. */
export function turnedAzure(turned: readonly Turned[]): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const response = await client.sendRequest(request);
      const found = turned.find((one) => matches(one, request, response));
      return found ? answered(found, response) : response;
    },
  };
}

function matches(
  { method, url, about, when }: Turned,
  request: PipelineRequest,
  { status }: PipelineResponse,
): boolean {
  const body = typeof request.body === 'string' ? request.body : '';
  return (
    request.method === method &&
    url.test(request.url) &&
    (about?.test(body) ?? true) &&
    (when ?? status) === status
  );
}

function answered({ status, change }: Turned, response: PipelineResponse): PipelineResponse {
  const body = JSON.parse(response.bodyAsText || '{}') as object;
  return {
    ...response,
    status: status ?? response.status,
    bodyAsText: JSON.stringify(change ? change(body) : body),
  };
}
