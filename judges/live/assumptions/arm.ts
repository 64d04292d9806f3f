import type { Assumption } from '../assumption';
import { identitiesOf } from '../identities';
import type { Answer } from '../requests';
import {
  connectionString,
  namespaceBody,
  pushingHub,
  send,
  sendWhenTaken,
  storageAccount,
  workspace,
} from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, requireTaken, said, taken, type World } from '../world';

const FIVE_MEGABYTES = 5 * 1024 * 1024;

/** A PUT of a Communication Services resource of its own, right but for the change. */
function putCommunication(world: World, purpose: string, change: object, properties: object = {}) {
  const id = world.id(`Microsoft.Communication/communicationServices/${world.name(purpose)}`);
  return world.put(id, VERSIONS.communication, {
    location: 'global',
    properties: { dataLocation: 'Europe', ...properties },
    ...change,
  });
}

/** The same of a namespace of hubs. */
function putNamespace(world: World, purpose: string, change: object, properties: object = {}) {
  const id = world.id(`Microsoft.NotificationHubs/namespaces/${world.name(purpose)}`);
  return world.put(id, VERSIONS.notificationHubs, { ...namespaceBody(world, properties), ...change });
}

/** The same of a Log Analytics workspace. */
function putWorkspace(world: World, purpose: string, change: object, properties: object = {}) {
  const id = world.id(`Microsoft.OperationalInsights/workspaces/${world.name(purpose)}`);
  return world.put(id, VERSIONS.workspaces, {
    location: world.location,
    properties: { sku: { name: 'PerGB2018' }, ...properties },
    ...change,
  });
}

function keptOf(answer: Answer): string {
  if (taken(answer) !== 'taken') return taken(answer);
  return 'colour' in propertiesOf(answer.json) ? 'kept' : 'dropped';
}

const tagsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, 'value']));

/** What Azure Resource Manager says to requests that are out of rule, whatever their type. */
export const arm: readonly Assumption[] = [
  {
    id: 'members-that-no-type-has',
    behaviour:
      'ARM refuses a member of a body that no resource has (400 `InvalidRequestContent`, `Could not find member`), of any type alike; members of `properties` that a type does not know are refused by none: Communication Services and namespaces of hubs drop them, workspaces keep them',
    doubt:
      'people quote the former of many types; what each provider says to unknown properties is not written anywhere',
    call: '`PUT {group}/providers/Microsoft.Communication/communicationServices/{name}?api-version=2025-05-01` with `colour` beside `properties`, and with `colour` in it; the same of a namespace of hubs and of a workspace: status and `error.code` of each, then GET: is `properties.colour` there?',
    kit: {
      async settle(world) {
        const answers = await Promise.all(
          [putCommunication, putNamespace, putWorkspace].map(async (put) => {
            const beside = said(await put(world, 'colour', { colour: 'red' }));
            const inside = await put(world, 'coloured', {}, { colour: 'red' });
            return `${beside} beside properties, ${keptOf(inside)} in them`;
          }),
        );
        return `Communication Services ${answers[0]}; hubs ${answers[1]}; workspaces ${answers[2]}`;
      },
    },
  },
  {
    id: 'members-of-another-kind',
    behaviour:
      'A body whose members are of another kind than its type reads is refused with 400 `InvalidRequestContent`',
    doubt:
      'the code is that of ARM\'s serializer; providers have codes of their own, NotificationHubs says "Request payload is not in the expected format."',
    call: '`PUT {group}/providers/Microsoft.NotificationHubs/namespaces/{name}?api-version=2023-10-01-preview` with `tags` that are a list, and with `properties.networkAcls` that is a text; `PUT {group}/providers/Microsoft.OperationalInsights/workspaces/{name}?api-version=2022-10-01` with `properties.workspaceCapping` that is a text: status and `error.code` of each',
    kit: {
      async settle(world) {
        const tags = await putNamespace(world, 'listed', { tags: [] });
        const rules = await putNamespace(world, 'worded', {}, { networkAcls: 'none' });
        const capped = await putWorkspace(world, 'worded', {}, { workspaceCapping: 'none' });
        return `tags ${said(tags)}, network rules ${said(rules)}, a cap ${said(capped)}`;
      },
    },
  },
  {
    id: 'large-bodies',
    behaviour:
      'Bodies of more than 4 MB are refused (413): by ARM as `RequestContentTooLarge`, by hubs, vaults, Communication Services, Monitor and Entra as `RequestEntityTooLarge`. Function Apps take 100 MB, blobs and packages 256 MB',
    doubt:
      "ARM's code and Functions' limit are documented; of the other hosts none is, and a blob may have 5000 MiB in Azure",
    call: '`PUT {group}/providers/Microsoft.Communication/communicationServices/{name}?api-version=2025-05-01`, `POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` and `POST https://{resource}.{geography}.communication.azure.com/identities?api-version=2023-10-01` with bodies of 5 MB: status of each, and `error.code` of the first',
    kit: {
      async settle(world) {
        const filler = 'a'.repeat(FIVE_MEGABYTES);
        const toArm = await putCommunication(world, 'large', { tags: { filler } });
        const target = await pushingHub(world, 'large');
        const connection = await connectionString(world, target, 'Send');
        await sendWhenTaken(world, target, connection, 'apple');
        const toHub = await send(world, target, connection, 'apple', JSON.stringify({ filler }));
        const identities = await identitiesOf(world, 'large-requests');
        await identities.user();
        const toCommunication = await identities.create({ filler });
        return `ARM ${said(toArm)}, a hub ${taken(toHub)}, Communication Services ${taken(toCommunication)}`;
      },
      leavesOpen:
        'vaults, Monitor, Entra, Function Apps and blobs, whose hosts or roles a run does not have, or which take long to fill',
    },
  },
  {
    id: 'names-out-of-rule',
    behaviour:
      'Names out of rule are answered 400 with `InvalidResourceName` where no other code is known: identities, locks, components, private endpoints, containers and queues, services that are not called `default`, types that are not played',
    doubt:
      'the rules are documented (resource-name-rules.md), their answers are not; `InvalidRoleAssignmentId` and `InvalidRoleDefinitionId` are quoted by people',
    call: '`PUT {account}/blobServices/default/containers/{name}?api-version=2023-05-01` with a name in capitals, `PUT {account}/queueServices/default/queues/{name}?api-version=2023-05-01` with an underscore, `PUT {group}/providers/Microsoft.Insights/components/{name}?api-version=2020-02-02` with a full stop at the end: status and `error.code` of each',
    kit: {
      async settle(world) {
        const account = await storageAccount(world);
        const put = (id: string) => world.put(id, VERSIONS.storage, { properties: {} });
        const right = await put(`${account}/blobServices/default/containers/in-rule`);
        requireTaken('a name in rule', taken(right));
        const container = await put(`${account}/blobServices/default/containers/OutOfRule`);
        const queue = await put(`${account}/queueServices/default/queues/out_of_rule`);
        const component = await world.put(
          world.id(`Microsoft.Insights/components/${world.name('stop.')}`),
          VERSIONS.components,
          {
            location: world.location,
            kind: 'web',
            // Azure makes a workspace outside of the group for a component without one.
            properties: {
              Application_Type: 'web',
              WorkspaceResourceId: await workspace(world, 'components'),
            },
          },
        );
        return `a container ${said(container)}, a queue ${said(queue)}, a component ${said(component)}`;
      },
      leavesOpen: 'identities, locks, private endpoints and all types of other providers',
    },
  },
  {
    id: 'versions-that-are-no-date',
    behaviour:
      'An api-version that is no date is refused with `InvalidApiVersionParameter`; operations beside resources take any date',
    doubt: "ARM's own operations answer so; which versions each operation has is not kept here",
    call: '`GET {group}`, `GET {group}/providers/Microsoft.Communication/communicationServices` and `GET {group}/resources`, each with `api-version=latest`, and the last with `api-version=2021-02-30`: status and `error.code` of each',
    kit: {
      async settle(world) {
        const list = `${world.group}/providers/Microsoft.Communication/communicationServices`;
        const group = await world.arm('GET', world.group, 'latest');
        const services = await world.arm('GET', list, 'latest');
        const operation = await world.arm('GET', `${world.group}/resources`, 'latest');
        const noDay = await world.arm('GET', `${world.group}/resources`, '2021-02-30');
        return `a group ${said(group)}, a list of a type ${said(services)}, a list of resources ${said(operation)}, by a date that is none of its versions ${taken(noDay)}`;
      },
    },
  },
  {
    id: 'too-many-tags',
    behaviour: 'More than 50 tags, or too long ones, are refused with `InvalidTags`',
    doubt: 'the limits are documented, the code is not',
    call: '`PUT {group}/providers/Microsoft.Communication/communicationServices/{name}?api-version=2025-05-01` with 51 tags, with a name of 513 characters, with a value of 257: status and `error.code` of each',
    kit: {
      async settle(world) {
        const put = async (tags: object) => said(await putCommunication(world, 'tagged', { tags }));
        requireTaken(
          'a resource with 50 tags',
          taken(await putCommunication(world, 'fifty', { tags: tagsOf(50) })),
        );
        const many = await put(tagsOf(51));
        const name = await put({ ['n'.repeat(513)]: 'value' });
        const value = await put({ name: 'v'.repeat(257) });
        return `51 tags ${many}, a long name ${name}, a long value ${value}`;
      },
    },
  },
];
