import { EventgridSystemTopic } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic';
import {
  CommunicationService,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SystemTopic,
  WebhookDestination,
} from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack, SUBSCRIPTION } from './base';

/** What somebody has already, and the stack that adopts it by the ids that the portal shows. */
export function adoptedParts(app: App): void {
  existingParts(app);
  const stack = new OwnStack(app, 'adopted-parts');
  const existing = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-existing-parts/providers`;
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: 'adopting',
    uniqueSuffix: 'ad0pt5',
    communicationService: CommunicationService.fromCommunicationServiceId(
      stack,
      'Service',
      `${existing}/Microsoft.Communication/communicationServices/acs-existing`,
    ),
    callingHub: NotificationHub.fromNotificationHubAttributes(stack, 'Hub', {
      notificationHubId: `${existing}/Microsoft.NotificationHubs/namespaces/ntfns-existing/notificationHubs/ntf-existing`,
      platforms: { apns: { environment: 'production', bundleId: 'com.example.app' } },
      apnsTopic: 'alert',
    }),
    systemTopic: SystemTopic.fromSystemTopicId(
      stack,
      'Topic',
      `${existing}/Microsoft.EventGrid/systemTopics/evgst-existing`,
    ),
    events: new WebhookDestination({ url: process.env.WEBHOOK_URL ?? 'https://hooks.example.com/acs' }),
  });
}

function existingParts(app: App): void {
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
