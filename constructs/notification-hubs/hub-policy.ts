import { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { HUB_RULE_TYPE } from '../../link/resource-id';
import { HUB_RULE_API_TYPE } from '../azapi/api-types';
import { AzapiResource } from '../azapi';
import { importFromId } from '../core/import-from-id';
import { checkName } from '../core/naming';
import type { HubRight, IHubPolicy, INotificationHub } from './notification-hub-interface';

/**
 * An authorization rule with one right. Made by azapi, because azurerm writes the rule's keys and connection strings
 * into state.
 *
 * Source: Azure REST specification, Microsoft.NotificationHubs 2023-10-01-preview.
 */
export abstract class HubPolicy extends Construct implements IHubPolicy {
  readonly resource: AzapiResource;
  /** Name of the rule, unique on its hub. */
  readonly policyName: string;
  readonly rights: readonly HubRight[];

  constructor(
    scope: Construct,
    id: string,
    readonly hub: INotificationHub,
    name: string,
    right: HubRight,
    importedId?: string,
  ) {
    super(scope, id);
    this.rights = [right];
    this.policyName = checkName(this, 'authorizationRule', name);
    this.resource = new AzapiResource(this, 'Resource', {
      type: HUB_RULE_API_TYPE,
      name: this.policyName,
      parentId: hub.notificationHubId,
      body: { properties: { rights: [right] } },
    });
    importFromId(this, importedId, {
      resource: this.resource,
      type: HUB_RULE_TYPE,
      name,
      place: { id: hub.notificationHubId, parents: [hub.namespaceName, hub.notificationHubName] },
      adoptedBy: 'SendOnlyPolicy.fromPolicyId',
      apiVersion: API_VERSIONS.notificationHubs,
    });
  }

  get policyId(): string {
    return this.resource.id;
  }
}
