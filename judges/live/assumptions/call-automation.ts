import { randomUUID } from 'node:crypto';
import type { Assumption } from '../assumption';
import type { Answer } from '../requests';
import { communicationService } from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, said, type World } from '../world';

const CONNECTIONS = `calling/callConnections`;

interface Caller {
  /** `https://{host of the resource}` */
  readonly origin: string;
  readonly immutableResourceId: string;
}

async function caller(world: World): Promise<Caller> {
  const acs = await communicationService(world, 'caller');
  const { hostName, immutableResourceId } = propertiesOf(await world.read(acs, VERSIONS.communication));
  return { origin: `https://${String(hostName)}`, immutableResourceId: String(immutableResourceId) };
}

/** Calls somebody; nobody listens at the callback. */
function call(world: World, { origin }: Caller, target: object): Promise<Answer> {
  return world.communicate('POST', `${origin}/${CONNECTIONS}?api-version=${VERSIONS.callAutomation}`, {
    json: { callbackUri: `${origin}/nobody-listens`, targets: [target] },
    headers: {
      'repeatability-request-id': randomUUID(),
      'repeatability-first-sent': new Date().toUTCString(),
    },
  });
}

function user(owner: string): object {
  const id = `8:acs:${owner}_${randomUUID()}`;
  return { kind: 'communicationUser', rawId: id, communicationUser: { id } };
}

/** Calls that a program places. */
export const callAutomation: readonly Assumption[] = [
  {
    id: 'call-automation-pushes',
    behaviour: "A call by Call Automation is pushed to the callee's devices as one from an app is",
    doubt: '`IncomingCall` events are documented for both; pushes are described for calls between apps',
    call: '`POST https://{resource}.{geography}.communication.azure.com/calling/callConnections?api-version=2025-05-15` to a user with a registered phone: does it ring, and does `incoming` of the linked hub count it?',
    kit: { unsettled: 'needs an app with the calling SDK on a real phone' },
  },
  {
    id: 'who-may-call',
    behaviour:
      'Whoever may write the resource (`Microsoft.Communication/CommunicationServices/write`: Contributor, Communication and Email Service Owner) may call; others get 403 with subcode 7504',
    doubt:
      'no role names the data plane; Contributor was reported to do (MicrosoftDocs/azure-docs#115487), custom roles not to work at all. 401 `Denied` was seen too',
    call: '`POST https://{resource}.{geography}.communication.azure.com/calling/callConnections?api-version=2025-05-15` with a token of a principal that has Contributor, and with one that has Reader: status and `error.code` of both',
    kit: {
      async settle(world) {
        const me = await caller(world);
        const status = await world.until(3, async () => {
          const answer = await call(world, me, user(me.immutableResourceId));
          return [401, 403].includes(answer.status) ? undefined : answer.status;
        });
        return status === undefined
          ? 'who made the resource may not call'
          : `who made the resource: ${status}`;
      },
      leavesOpen: 'what others are answered; that needs a second principal',
    },
  },
  {
    id: 'users-of-other-resources',
    behaviour:
      "Call Automation refuses users of other resources with 400 and subcode 7602. The first part of a raw id is taken to be the resource's `immutableResourceId`",
    doubt: 'the subcode is documented, what leads to it is not',
    call: '`POST https://{resource}.{geography}.communication.azure.com/calling/callConnections?api-version=2025-05-15` to `8:acs:{a GUID of no resource}_{GUID}`: status and `error.code`',
    kit: {
      settle: async (world) => said(await call(world, await caller(world), user(randomUUID()))),
    },
  },
  {
    id: 'teams-users-can-be-called',
    behaviour: 'Teams users can be called',
    doubt: 'a Teams administrator has to allow it first; documented is adding one to a call',
    call: '`POST https://{resource}.{geography}.communication.azure.com/calling/callConnections?api-version=2025-05-15` to `8:orgid:{object id of a Teams user}`: status, and whether Teams rings',
    kit: { unsettled: 'needs a Teams tenant whose administrator allows it' },
  },
  {
    id: 'ended-calls-are-not-found',
    behaviour: 'A call that was hung up or has ended is not found: 404, subcode 8522',
    doubt: 'the subcode is documented for calls that have ended',
    call: '`DELETE https://{resource}.{geography}.communication.azure.com/calling/callConnections/{id}?api-version=2025-05-15` of a call that rings, then GET of it: status and `error.code`',
    kit: {
      async settle(world) {
        const me = await caller(world);
        const placed = await call(world, me, user(me.immutableResourceId));
        if (placed.status >= 400) return `nobody can be called: ${said(placed)}`;
        const id = String(placed.json?.callConnectionId);
        const connection = `${me.origin}/${CONNECTIONS}/${id}?api-version=${VERSIONS.callAutomation}`;
        await world.communicate('DELETE', connection);
        const gone = await world.until(2, async () => {
          const answer = await world.communicate('GET', connection);
          return answer.status >= 400 ? said(answer) : undefined;
        });
        return gone ?? 'it is shown for two minutes and more';
      },
    },
  },
  {
    id: 'callbacks-once',
    behaviour: 'A callback is sent once, whatever is answered',
    doubt: 'nothing is documented',
    call: '`POST https://{resource}.{geography}.communication.azure.com/calling/callConnections?api-version=2025-05-15` with the `callbackUri` of a server that answers 500: how often does it get `CallDisconnected`?',
    kit: { unsettled: 'needs an https server that Azure reaches' },
  },
  {
    id: 'sms-in-camel-case',
    behaviour: '`SMSReceived` in camelCase',
    doubt:
      "the documentation's sample is in PascalCase, the SDK reads camelCase: `pascalCase: true` gives the former",
    call: 'an SMS to a number of the resource with a subscription of `Microsoft.Communication.SMSReceived`: the names in `data` of the event',
    kit: { unsettled: 'needs a telephone number, which costs money and cannot be had everywhere' },
  },
  {
    id: 'parties-of-incoming-calls',
    behaviour: '`IncomingCall` names the parties `to` and `from` on the wire',
    doubt:
      "the SDK's own type calls them `toCommunicationIdentifier` and `fromCommunicationIdentifier` after reading",
    call: 'a call to a user with a subscription of `Microsoft.Communication.IncomingCall` on a storage queue: the names in `data` of the message',
    kit: {
      unsettled: 'needs a user who is signed in with the calling SDK, which no REST call does',
    },
  },
];
