import fc from 'fast-check';
import type { LocalAzure } from '../../azure';
import { signSharedAccess } from '../../azure/core/access/shared-access-signature';
import { tokenOf } from './clients';
import { PLAYED_OPERATIONS, PLAYED_RESOURCES, type PlayedResource } from './resources';

export interface HostileRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const ARM = 'management.azure.com';
/** Names that are more than names to a careless object, path or regular expression. */
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '%00',
  '%ff%fe',
  '%',
  '[',
  '/',
  '*',
  '(',
  '',
  '%20',
  'ü',
];

const oddName = fc.oneof(fc.constantFrom(...ODD_NAMES), fc.string({ maxLength: 8 }));
const oddKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'length',
    'properties',
    'tags',
    'location',
    'name',
    'id',
  ),
  fc.string({ maxLength: 6 }),
);
/** Any JSON; keys of prototypes are made by text, since an object of JavaScript would take them for its prototype. */
const oddJson = fc.oneof(
  fc.constantFrom(
    '',
    'null',
    'true',
    '0',
    '-1',
    '1e308',
    '""',
    '"x"',
    '[]',
    '{}',
    '[null]',
    '[{}]',
    '{',
    '"\\ud800"',
  ),
  fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('null', 'true', '1', '"a"', '"constructor"', '[]', '{}'),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
      fc
        .array(fc.tuple(oddKey, tie('value')), { maxLength: 4 })
        .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
    ),
  })).value,
);
const oddQuery = fc.constantFrom(
  '',
  '?',
  '?%',
  '?=&&',
  '?api-version',
  '?%ff=%ff',
  '?api-version=__proto__',
  '?$filter=%27&$top=-1&$skiptoken=x',
);

type Path = readonly (string | number)[];

/** Ways to every member and item of a body, the body itself among them. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, inner]) =>
      pathsOf(inner, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** The body as JSON, with that member replaced by a text of JSON; an empty one leaves it out. */
function mutated(value: unknown, path: Path, replacement: string): string {
  if (path.length === 0) return replacement;
  const [first, ...rest] = path;
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      index === first ? mutated(item, rest, replacement) : JSON.stringify(item),
    );
    return `[${items.filter((item) => item !== '').join(',')}]`;
  }
  const members = Object.entries(value as object)
    .map(
      ([key, inner]) =>
        [key, key === first ? mutated(inner, rest, replacement) : JSON.stringify(inner)] as const,
    )
    .filter(([, text]) => text !== '');
  return `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

const replaced = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e308',
    '""',
    '"x"',
    '"constructor"',
    '"__proto__"',
    '[]',
    '[null]',
    '[1]',
    '["x"]',
    '[{}]',
    '[[]]',
    '{}',
    '{"__proto__":{"polluted":1}}',
    '{"x":null}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ),
  oddJson,
);

/** A request that is taken, but for one member of its body. */
export function mutatedRequests(
  resources: readonly (PlayedResource & { readonly method?: string })[] = [
    ...PLAYED_RESOURCES,
    ...PLAYED_OPERATIONS,
  ],
): fc.Arbitrary<HostileRequest> {
  const places = resources.flatMap((resource) => pathsOf(resource.body).map((path) => ({ resource, path })));
  return fc
    .tuple(fc.constantFrom(...places), replaced, fc.boolean())
    .map(([{ resource, path }, text, patches]) => ({
      host: ARM,
      method: resource.method ?? (patches ? 'PATCH' : 'PUT'),
      path: `${resource.id}?api-version=${resource.apiVersion}`,
      body: mutated(resource.body, path, text),
    }));
}

const methods = fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS');
const versions = [...new Set(PLAYED_RESOURCES.map(({ apiVersion }) => apiVersion))];

/** Paths of ARM that lead beside, below and into resources. Nothing is deleted that other requests need. */
const armRequests = fc
  .record({
    method: methods,
    base: fc.constantFrom(
      '',
      ...PLAYED_RESOURCES.map(({ id }) => id),
      ...PLAYED_OPERATIONS.map(({ id }) => id),
    ),
    names: fc.array(oddName, { minLength: 1, maxLength: 3 }),
    version: fc.oneof(fc.constantFrom(...versions.map((one) => `?api-version=${one}`)), oddQuery),
    body: oddJson,
  })
  .map(({ method, base, names, version, body }) => ({
    host: ARM,
    method,
    path: `${base}/${names.join('/')}${version}`,
    body,
  }))
  .filter(({ method, path }) => method !== 'DELETE' || !PLAYED_RESOURCES.some(({ id }) => isAt(path, id)));

function isAt(path: string, id: string): boolean {
  const [bare = ''] = path.split('?');
  return bare.replace(/\/+$/, '').toLowerCase() === id.toLowerCase();
}

const HUB = '/calls';
/** Hosts of the data planes, with the beginnings of paths that lead into them. */
const DATA_PLANES: Readonly<Record<string, readonly string[]>> = {
  'nhns-all.servicebus.windows.net': [
    `${HUB}/messages`,
    `${HUB}/messages/?direct`,
    `${HUB}/messages/$batch?direct`,
    `${HUB}/messages`,
    `${HUB}/installations`,
    `${HUB}/installations/one`,
    `${HUB}/registrations`,
    `${HUB}/registrationIDs`,
    `${HUB}/tags`,
    '',
  ],
  'acs-all.europe.communication.azure.com': [
    '',
    '/calling/callConnections',
    '/calling/callConnections/x:terminate',
  ],
  'kv-all.vault.azure.net': ['', '/secrets', '/secrets/a', '/deletedsecrets', '/certificates'],
  'stall.blob.core.windows.net': ['', '/letters', '/letters/blob?comp=block'],
  'stall.queue.core.windows.net': ['', '/events', '/events/messages'],
  'stall.table.core.windows.net': ['', '/Tables', '/$batch'],
  'westeurope.monitoring.azure.com': [
    '',
    `${PLAYED_RESOURCES[0]!.id}/providers/Microsoft.NotificationHubs/namespaces/nhns-all/metrics`,
  ],
  'login.microsoftonline.com': [
    '',
    '/common/oauth2/token',
    '/common/discovery/keys',
    '/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token',
  ],
  'fn-all.azurewebsites.net': ['', '/api', '/runtime/webhooks/eventgrid', '/admin'],
  'fn-all.scm.azurewebsites.net': ['', '/api/publish', '/api/deployments'],
};

const BODIES: readonly string[] = [
  '{"installationId":"one","platform":"apns","pushChannel":"a","tags":["t"],"templates":{"__proto__":{"body":"$(constructor)"}}}',
  '[{"op":"add","path":"/__proto__/polluted","value":1},{"op":"replace","path":"/templates/constructor/body","value":"x"}]',
  '[{"op":"replace","path":"/tags/a","value":null},{"op":"remove","path":"/tags/t"}]',
  '{"value":"a","tags":{"__proto__":1},"attributes":{"enabled":[]}}',
  '{"aps":{"alert":"a"}}',
  '{"message":{"data":{}}}',
  '<entry><content><AppleRegistrationDescription><Tags>a,__proto__</Tags><DeviceToken>a</DeviceToken></AppleRegistrationDescription></content></entry>',
  '<entry><content><constructorRegistrationDescription><DeviceToken>a</DeviceToken></constructorRegistrationDescription></content></entry>',
  'grant_type=client_credentials&client_id=__proto__&client_secret=%ff',
  'grant_type=client_credentials&client_id=33333333-3333-3333-3333-333333333333&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=e30.e30.x',
  'grant_type=client_credentials&client_id=33333333-3333-3333-3333-333333333333&client_secret=local&scope=__proto__/.default',
  '{"callbackUri":"https://nowhere.example/a","targets":[{"kind":"communicationUser","communicationUser":{"id":"__proto__"}}],"source":{}}',
  '{"time":"2020","data":{"baseData":{"metric":"m","namespace":"__proto__","series":[null]}}}',
];

const dataPlaneRequests = fc
  .record({
    at: fc.constantFrom(
      ...Object.entries(DATA_PLANES).flatMap(([host, bases]) => bases.map((base) => ({ host, base }))),
    ),
    method: fc.constantFrom('GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'),
    names: fc.array(oddName, { maxLength: 3 }),
    query: fc.oneof(
      fc.constantFrom('', '?api-version=7.4', '?api-version=2020-06', '?api-version=2024-09-15'),
      oddQuery,
    ),
    body: fc.oneof(fc.constantFrom(...BODIES), oddJson),
  })
  .map(({ at: { host, base }, method, names, query, body }) => {
    const [path = '', own] = base.split('?');
    const asked = own ? `?${own}&${query.slice(1)}` : query;
    return { host, method, path: `${path}${names.map((name) => `/${name}`).join('')}${asked}` || '/', body };
  });

export const hostileRequests: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 4, arbitrary: mutatedRequests() },
  { weight: 3, arbitrary: armRequests },
  { weight: 3, arbitrary: dataPlaneRequests },
);

const FORMATS = ['apple', 'fcmv1', 'template', 'constructor'];

/** What lets each request in: a token or a signature for its host. */
export async function entranceHeaders(
  azure: LocalAzure,
): Promise<(request: HostileRequest) => Record<string, string>> {
  const hubKey = String(
    azure.context.store.get(
      `${PLAYED_RESOURCES.find(({ id }) => id.endsWith('/notificationHubs/calls'))!.id}/authorizationRules/rule`,
    )!.secrets!.primaryKey,
  );
  const tokens: Record<string, string> = {};
  for (const [suffix, audience] of [
    [ARM, 'https://management.azure.com'],
    ['scm.azurewebsites.net', 'https://management.azure.com'],
    ['vault.azure.net', 'https://vault.azure.net'],
    ['core.windows.net', 'https://storage.azure.com'],
    ['communication.azure.com', 'https://communication.azure.com'],
    ['monitoring.azure.com', 'https://monitoring.azure.com'],
  ] as const) {
    tokens[suffix] = await tokenOf(azure, audience);
  }
  const expiry = Math.floor(Date.now() / 1000) + 86_400;
  let count = 0;
  return ({ host }) => {
    count += 1;
    if (host.endsWith('.servicebus.windows.net')) {
      return {
        authorization: signSharedAccess(`https://${host}/`, 'rule', hubKey, expiry),
        'servicebusnotification-format': FORMATS[count % FORMATS.length]!,
        'servicebusnotification-devicehandle': '__proto__',
        ...(count % 3 === 0 && { 'servicebusnotification-tags': '__proto__ || !a' }),
      };
    }
    const [, token] = Object.entries(tokens).find(([suffix]) => host.endsWith(suffix)) ?? [];
    return {
      'content-type': 'application/json',
      'repeatability-request-id': String(count),
      'repeatability-first-sent': 'now',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  };
}
