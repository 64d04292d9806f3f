import { EventgridSystemTopic } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic';
import { CommunicationService, NotificationHub, NotificationHubNamespace } from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/** What somebody has already: examples/adopted-parts uses it by its ids. */
export function existingParts(app: App): void {
  const stack = new OwnStack(app, 'existing-parts');
  const resourceGroup = stack.group;
  const service = new CommunicationService(stack, 'Service', {
    resourceGroup,
    name: 'acs-existing',
    dataLocation: 'Europe',
  });
  const namespace = new NotificationHubNamespace(stack, 'Namespace', {
    resourceGroup,
    name: 'ntfns-existing',
    location: 'westeurope',
  });
  new NotificationHub(stack, 'Hub', { namespace, name: 'ntf-existing', apns: apns(stack) });
  new EventgridSystemTopic(stack, 'Topic', {
    resourceGroupName: resourceGroup.name,
    name: 'evgst-existing',
    location: 'global',
    sourceResourceId: service.communicationServiceId,
    topicType: 'Microsoft.Communication.CommunicationServices',
  });
}
