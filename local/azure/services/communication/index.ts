import type { LocalService, ServiceParts } from '../../core/service';
import type { PushServices } from '../../../push-services/push-services';
import { seededRandom } from '../../core/random';
import { CallAutomation } from './call-automation';
import { communicationRoutes } from './control';
import { CommunicationEndpoint } from './endpoint';
import { CommunicationIdentities } from './identities';
import { communicationNameAvailability } from './name-availability';
import { Communication } from './data-plane';
import { LinkPolicy } from './link-policy';
import { peopleRoutes } from './people-routes';
import type { EventSink } from './requests';
import { communicationProvider } from './resource-types';

/** A change of the hub's link reaches the data plane within this (communication-services/concepts/notifications). */
const MAX_PROPAGATION = 10 * 60_000;

export interface CommunicationOptions {
  /** Where events go. */
  readonly events: EventSink;
  /** Hear of the devices that are registered. */
  readonly pushServices: PushServices;
  /** How long a changed link may take to reach the data plane, in milliseconds; default 0 to ten minutes. */
  readonly linkPropagation?: readonly [least: number, most: number];
}

export interface CommunicationService extends LocalService {
  readonly communication: Communication;
}

/** Communication Services: the resource and its link, calls, chat, SMS and their pushes, Call Automation. */
export function communicationService(
  { context, tokens, rbac, seed }: ServiceParts,
  { events, pushServices, linkPropagation = [0, MAX_PROPAGATION] }: CommunicationOptions,
): CommunicationService {
  const [least, most] = linkPropagation;
  const random = seededRandom(`${seed}/link`);
  const communication = new Communication(context, events, pushServices);
  return {
    ...communicationProvider(context, () => least + random() * (most - least)),
    operations: [communicationNameAvailability(context)],
    hostServices: [
      new CommunicationEndpoint(
        new CallAutomation(context, communication, tokens, rbac),
        new CommunicationIdentities(context, tokens, rbac),
      ),
    ],
    controlRoutes: [
      ...communicationRoutes(communication),
      ...peopleRoutes(communication, new LinkPolicy(context, tokens)),
    ],
    communication,
  };
}
