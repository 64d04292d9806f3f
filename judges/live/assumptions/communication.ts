import type { Assumption } from '../assumption';
import { identitiesOf } from '../identities';
import { NotSettled } from '../not-settled';
import { communicationService, connectionString, hub, link, pushingHub, send } from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, requireTaken, said, taken, type World } from '../world';

const NEEDS_DEVICE =
  'needs an app with the calling SDK on a real phone, and credentials that Apple or Google gave out';

/** A resource linked to a hub of its own. */
async function linked(world: World, purpose: string): Promise<{ acs: string; hub: string }> {
  const acs = await communicationService(world, purpose);
  const target = await hub(world, `hub-of-${purpose}`);
  const answer = await link(world, acs, target, await connectionString(world, target, 'Listen', 'Send'));
  if (answer.status >= 400) throw new NotSettled(`linkNotificationHub: ${said(answer)}`);
  return { acs, hub: target };
}

async function linkedHubOf(world: World, acs: string): Promise<string | undefined> {
  const { notificationHubId } = propertiesOf(await world.read(acs, VERSIONS.communication));
  return typeof notificationHubId === 'string' ? notificationHubId : undefined;
}

/** The resource and its link. */
export const communication: readonly Assumption[] = [
  {
    id: 'acs-put-keeps-link',
    behaviour: 'A PUT of a Communication Services resource keeps `notificationHubId`',
    doubt: 'the property is read-only; whether a PUT clears it is not written anywhere',
    call: '`PUT {group}/providers/Microsoft.Communication/communicationServices/{name}?api-version=2023-03-31` of a linked resource, with `location` and `dataLocation` alone; then GET: is `properties.notificationHubId` still there?',
    kit: {
      async settle(world) {
        const { acs } = await linked(world, 'kept');
        await world.make(acs, VERSIONS.communicationOfAzurerm, {
          location: 'global',
          tags: { changed: 'yes' },
          properties: { dataLocation: 'Europe' },
        });
        return (await linkedHubOf(world, acs)) ? 'the link is kept' : 'the link is gone';
      },
    },
  },
  {
    id: 'link-unchecked',
    behaviour:
      '`linkNotificationHub` checks shape and subscription only, not that the hub exists, the key or the rights',
    doubt: 'an SDK test links with a Listen-only rule and expects success; more is not known',
    call: '`POST {resource}/linkNotificationHub?api-version=2025-05-01` three times: with the string of a rule that has Listen alone, with a key that is made up, with the id of a hub that is not there. The status of each',
    kit: {
      async settle(world) {
        const acs = await communicationService(world, 'unchecked');
        const target = await hub(world, 'hub-of-unchecked');
        const listen = await connectionString(world, target, 'Listen');
        const wrongKey = listen.replace(/SharedAccessKey=.*/, `SharedAccessKey=${'A'.repeat(43)}=`);
        const answers = [
          await link(world, acs, target, listen),
          await link(world, acs, target, wrongKey),
          await link(world, acs, `${target}-that-is-not-there`, listen),
        ];
        const [rights, key, existence] = answers.map(taken);
        return `Listen alone ${rights}, a made-up key ${key}, a missing hub ${existence}`;
      },
    },
  },
  {
    id: 'casing-of-ids',
    behaviour: 'The id of a hub is read back in `notificationHubId` as it was sent, letter by letter',
    doubt: 'Azure compares ids without case, and is known to answer some in a case of its own',
    call: '`POST {resource}/linkNotificationHub?api-version=2025-05-01` with the `resourceId` in capitals; then GET: in which case is `properties.notificationHubId`?',
    kit: {
      async settle(world) {
        const acs = await communicationService(world, 'casing');
        const target = await hub(world, 'hub-of-casing');
        const sent = `${target.slice(0, target.lastIndexOf('/') + 1)}HUB-OF-CASING`;
        const answer = await link(world, acs, sent, await connectionString(world, target, 'Listen', 'Send'));
        if (answer.status >= 400) return `a hub's name in capitals is ${taken(answer)}`;
        const shown = await linkedHubOf(world, acs);
        if (shown === undefined) return 'nothing is read back';
        return shown === sent ? 'as it was sent' : 'in another case';
      },
    },
  },
  {
    id: 'second-link-at-once',
    behaviour: 'A second link without any notification before it counts at once, as the first does',
    doubt: 'the documentation speaks of the first link only',
    call: '`POST {resource}/linkNotificationHub?api-version=2025-05-01` twice, to two hubs, then a call to a registered device; `GET {hub}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=incoming`: which hub counts it?',
    kit: { unsettled: NEEDS_DEVICE },
  },
  {
    id: 'hub-changes-at-once',
    behaviour: "The hub's key and rule changes count at once",
    doubt: 'the window is documented for links only',
    call: '`POST {hub}/authorizationRules/{rule}/regenerateKeys?api-version=2023-10-01-preview` with `{"policyKey":"PrimaryKey"}`, then `POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` signed by the old key: for how long is it 201?',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'regenerated');
        const before = await connectionString(world, target, 'Send');
        await world.until(3, async () =>
          (await send(world, target, before, 'apple')).status === 201 ? true : undefined,
        );
        const rule = `${target}/authorizationRules/send`;
        await world.act(rule, 'regenerateKeys', VERSIONS.notificationHubs, { policyKey: 'PrimaryKey' });
        if ((await send(world, target, before, 'apple')).status === 401) return 'the old key ends at once';
        const ended = await world.until(5, async () =>
          (await send(world, target, before, 'apple')).status === 201 ? undefined : true,
        );
        return ended ? 'the old key ends within minutes' : 'the old key works for five minutes and more';
      },
      leavesOpen: 'how soon Communication Services sees it; that needs a device',
    },
  },
  {
    id: 'list-keys-without-local-auth',
    behaviour: '`listKeys` answers 400 while local auth is off',
    doubt: 'other services do so',
    call: '`PUT {resource}?api-version=2025-05-01` with `"disableLocalAuth": true`, then `POST {resource}/listKeys?api-version=2025-05-01`: status and `error.code`',
    kit: {
      async settle(world) {
        const acs = await communicationService(world, 'keyless');
        await world.make(acs, VERSIONS.communication, {
          location: 'global',
          properties: { dataLocation: 'Europe', disableLocalAuth: true },
        });
        return taken(await world.arm('POST', `${acs}/listKeys`, VERSIONS.communication));
      },
    },
  },
  {
    id: 'lists-need-the-subscription',
    behaviour:
      "A list of a subscription's Communication Services is refused (403) to who may read in one group alone; so is the list of all resources",
    doubt: 'the latter is known to be filtered in part; nothing promises either',
    call: "`GET /subscriptions/{subscription}/providers/Microsoft.Communication/communicationServices?api-version=2025-05-01` and `GET /subscriptions/{subscription}/resources?api-version=2021-04-01&$filter=resourceType eq 'Microsoft.Communication/communicationServices'` by a principal with Reader on one group: 403, or a list of what lies in it?",
    kit: {
      unsettled:
        'needs a second principal with a role on one group: whoever runs the kit reads the whole subscription',
    },
  },
  {
    id: 'chat-registrations',
    behaviour: 'Registrations by the chat SDK live as those by the calling SDK',
    doubt: 'documented for calling only',
    call: 'register by `startRealtimeNotifications` of the chat SDK on a phone, wait for 24 hours, send a chat message: does `incoming` of the linked hub count it?',
    kit: { unsettled: `${NEEDS_DEVICE}, and a day` },
  },
  {
    id: 'teams-registrations-are-cut',
    behaviour: "A Teams user's registration that asks for more than 24 hours is cut to 24 hours",
    doubt: 'documented is that no more can be had',
    call: 'register as a Teams user with a `pushNotificationTtl` of 48 hours: refused, or over after 24?',
    kit: { unsettled: `${NEEDS_DEVICE}, a Teams tenant and a day` },
  },
  {
    id: 'push-types-of-calls',
    behaviour:
      'A push without `apns-push-type` is `voip` on a topic that ends in `.voip`, `background` when it shows nothing, else `alert`; Communication Services sets no type',
    doubt:
      'what Communication Services really sends is not documented: its payloads here are marked `simulated`',
    call: "a call to a registered iPhone: payload and kind of push, as the app's delegates get them",
    kit: { unsettled: NEEDS_DEVICE },
  },
  {
    id: 'declined-calls',
    behaviour: 'A call that every callee declines ends by `CallEnded` with code 603 and subcode 0',
    doubt: 'the code is SIP’s; no document gives the event of a declined call',
    call: 'a call from one app to another that declines it, with an event subscription on `CallEnded`: `reason` of the event',
    kit: { unsettled: NEEDS_DEVICE },
  },
  {
    id: 'withdrawn-rings',
    behaviour:
      'A ring that is given up, declined or answered elsewhere is withdrawn by a push to every device of the callees; one that rings out is not',
    doubt:
      'the calling SDKs know pushes of the type `stopRinging`; when they are sent, and to which devices, is not documented',
    call: 'a call to a user with two registered phones, answered on one, given up by its caller, left to ring out: the pushes that each phone gets',
    kit: { unsettled: NEEDS_DEVICE },
  },
  {
    id: 'address-of-communication-services',
    behaviour:
      'Communication Services comes from an address that no IP rule names, and through `publicNetworkAccess: Disabled` not at all',
    doubt: 'nothing is written about it',
    call: '`PUT {namespace}?api-version=2023-10-01-preview` with `networkAcls` that name one address alone, then a call to a registered device: does `incoming` of the hub count it, or `incoming.all.failedrequests`?',
    kit: { unsettled: NEEDS_DEVICE },
  },
  {
    id: 'users-and-tokens',
    behaviour:
      'Making users and tokens takes the same right as calling; a user that is not there, or of another resource, is 404; a key that does not hold is 401 `Denied`',
    doubt: 'the statuses are not documented',
    call: '`POST https://{resource}.{geography}.communication.azure.com/identities?api-version=2023-10-01`, then `POST …/identities/{id}/:issueAccessToken?api-version=2023-10-01` of a deleted user, and of a user of another resource: status of each. The first again with a signature by a made-up key, and with the token of a Reader',
    kit: {
      async settle(world) {
        const users = await identitiesOf(world, 'users');
        const gone = await users.user();
        requireTaken('the deletion of a user', taken(await users.remove(gone)));
        const foreign = await (await identitiesOf(world, 'other-users')).user();
        const ask = async (user: string) => taken(await users.issueToken(user));
        return `a token for a user that is not there is ${await ask(gone)}, for a user of another resource ${await ask(foreign)}`;
      },
      leavesOpen: 'keys that do not hold, and who may write nothing: that needs a second principal',
    },
  },
];
