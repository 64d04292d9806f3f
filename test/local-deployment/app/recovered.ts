import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { App, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { join } from 'node:path';
import {
  AzapiProvider,
  CommunicationService,
  FcmV1Credential,
  NotificationHub,
  NotificationHubNamespace,
  SecretValue,
  SendOnlyPolicy,
} from '../../../constructs';
import { SUBSCRIPTION_ID } from '../../../local/azure';

/** A stack of a few resources, with a secret, an assignment of no name, and something that is not to be destroyed. */
const app = new App();
const stack = new TerraformStack(app, 'recovered');
new LocalBackend(stack, { path: join(process.env.ACS_PUSH_STATE_DIR!, 'recovered.tfstate') });
new AzurermProvider(stack, 'azurerm', {
  features: [{}],
  subscriptionId: SUBSCRIPTION_ID,
  storageUseAzuread: true,
  resourceProviderRegistrations: 'none',
});
new AzapiProvider(stack, 'azapi', { subscriptionId: SUBSCRIPTION_ID });
const preventDestroy = process.env.PREVENT_DESTROY === 'yes';
const resourceGroup = new ResourceGroup(stack, 'Group', { name: 'rg-recovered', location: 'westeurope' });
const communicationService = new CommunicationService(stack, 'Acs', {
  resourceGroup,
  name: 'acs-recovered',
  dataLocation: 'Europe',
  preventDestroy,
});
const namespace = new NotificationHubNamespace(stack, 'Namespace', {
  resourceGroup,
  name: 'ntfns-recovered',
  preventDestroy,
});
const hub = new NotificationHub(stack, 'Hub', {
  namespace,
  name: 'ntf-recovered',
  preventDestroy,
  fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account')),
});
const policy = new SendOnlyPolicy(stack, 'Policy', { hub, name: 'send' });
const identity = new UserAssignedIdentity(stack, 'Identity', {
  resourceGroupName: resourceGroup.name,
  location: process.env.IDENTITY_LOCATION ?? 'westeurope',
  name: 'id-recovered',
});
new RoleAssignment(stack, 'Role', {
  scope: policy.policyId,
  roleDefinitionName: 'Reader',
  principalId: identity.principalId,
});
new TerraformOutput(stack, 'acs', { value: communicationService.communicationServiceId });
new TerraformOutput(stack, 'secret', { value: '$${literally}', sensitive: true });
app.synth();
