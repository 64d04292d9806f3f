import type { Assumption } from '../assumption';
import {
  connectionString,
  hub,
  madeUpCredentials,
  namespace,
  namespaceBody,
  send,
  sendWhenTaken,
} from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, said } from '../world';

/** An address that no client comes from (RFC 5737, TEST-NET-3). */
const NOBODY = '203.0.113.7';
const RULES = {
  networkAcls: {
    ipRules: [{ ipMask: NOBODY, rights: ['Listen', 'Manage', 'Send'] }],
    publicNetworkRule: { rights: [] },
  },
};

/** Who reaches a namespace, and when it takes nothing. */
export const hubNamespaces: readonly Assumption[] = [
  {
    id: 'network-refusal',
    behaviour: 'Clients kept out by network rules are answered 401 without a reason',
    doubt:
      'written of Service Bus (service-bus-ip-filtering), not of hubs. Service Bus was seen to say "Ip has been prevented to connect to the endpoint." (AzureTRE#734): `networkRefusalStatus: 403` plays that',
    call: '`PUT {namespace}?api-version=2023-10-01-preview` with `networkAcls` that name another address, then `POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06`: status and body',
    kit: {
      async settle(world) {
        const fenced = await namespace(world, 'fenced');
        const target = await hub(world, 'fenced', await madeUpCredentials(world), fenced);
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        const rules = await world.put(fenced, VERSIONS.notificationHubs, namespaceBody(world, RULES));
        if (rules.status >= 400) return `rules are refused: ${said(rules)}`;
        const refused = await world.until(5, async () => {
          const { status } = await send(world, target, connection, 'apple');
          return status === 201 ? undefined : String(status);
        });
        return refused ?? 'let in for five minutes and more';
      },
    },
  },
  {
    id: 'network-rules-without-public',
    behaviour:
      'Without `publicNetworkRule` the public has no right; of two rules that match, either may grant',
    doubt: 'the specification has both, and says of neither what it does without the other',
    call: '`PUT {namespace}?api-version=2023-10-01-preview` with `ipRules` for one address and no `publicNetworkRule`, then a send from another address: status',
    kit: {
      async settle(world) {
        const fenced = await namespace(world, 'public');
        const target = await hub(world, 'public', await madeUpCredentials(world), fenced);
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        const { ipRules } = RULES.networkAcls;
        const body = namespaceBody(world, { networkAcls: { ipRules } });
        const rules = await world.put(fenced, VERSIONS.notificationHubs, body);
        if (rules.status >= 400) return `rules are refused: ${said(rules)}`;
        const refused = await world.until(5, async () =>
          (await send(world, target, connection, 'apple')).status === 201 ? undefined : true,
        );
        return refused ? 'the public is kept out' : 'the public is let in';
      },
      leavesOpen: 'two rules that match; that needs two addresses of one client',
    },
  },
  {
    id: 'namespace-put-opens-it',
    behaviour: 'A PUT of a namespace without `networkAcls` or `publicNetworkAccess` opens it',
    doubt: 'the model gives `Enabled` as the default and says nothing of PUTs',
    call: '`PUT {namespace}?api-version=2023-10-01-preview` with `networkAcls`, a second one without, then GET: are `properties.networkAcls.ipRules` there?',
    kit: {
      async settle(world) {
        const id = await namespace(world, 'opened');
        const rules = await world.put(id, VERSIONS.notificationHubs, namespaceBody(world, RULES));
        if (rules.status >= 400) return `rules are refused: ${said(rules)}`;
        await world.make(id, VERSIONS.notificationHubs, namespaceBody(world));
        const { networkAcls } = propertiesOf(await world.read(id, VERSIONS.notificationHubs));
        const { ipRules = [] } = (networkAcls ?? {}) as { ipRules?: unknown[] };
        return ipRules.length === 0 ? 'the rules are gone' : 'the rules are kept';
      },
    },
  },
  {
    id: 'disabled-namespace',
    behaviour: 'A disabled namespace has `status: Suspended` and answers 403',
    doubt:
      'the model has the value and says that `enabled` is read-only; what the data plane answers is not written',
    call: '`GET {namespace}?api-version=2023-10-01-preview` in a subscription that was disabled: `properties.status`; and a send: status',
    kit: {
      unsettled: 'nobody disables a namespace by a call: Azure does, to those of a disabled subscription',
    },
  },
  {
    id: 'used-up-quota',
    behaviour:
      "A used-up quota answers 403 with a text of local Azure's own; only the Free tier has one; it is counted by namespace and calendar month in UTC",
    doubt:
      'the send\'s page has the status for "quota exceeded"; the FAQ and prices count by subscription, and bill what goes beyond on the other tiers',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` a million times on Free: status and body of the next',
    kit: { unsettled: 'needs a million pushes' },
  },
];
