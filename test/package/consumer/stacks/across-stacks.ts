import { CommunicationService, NotificationHub, NotificationHubNamespace } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/** The namespace is one team's, the hub another's, and the resource with the link a third one's. */
export function acrossStacks(app: App): void {
  const namespaces = new OwnStack(app, 'across-namespaces');
  const namespace = new NotificationHubNamespace(namespaces, 'Namespace', {
    resourceGroup: namespaces.group,
    name: 'ntfns-across-x7k2p9',
    preventDestroy: false,
  });
  const hubs = new OwnStack(app, 'across-hubs');
  const hub = new NotificationHub(hubs, 'Hub', {
    namespace,
    name: 'ntf-across',
    location: 'northeurope',
    // Made for another stack: a secret is read by the stack that uses it.
    apns: apns(namespaces),
  });
  const services = new OwnStack(app, 'across-services');
  const service = new CommunicationService(services, 'Service', {
    resourceGroup: services.group,
    name: 'acs-across-x7k2p9',
    dataLocation: 'Europe',
  });
  service.linkNotificationHub(hub);
}
