import { PushNotifications, type DataLocation } from 'cdktf-acs-push';
import { TerraformVariable, type App } from 'cdktf';
import { apns, OwnStack } from './base';

/** What differs between deployments of one stack is a variable, and known only when it is deployed. */
export function tokens(app: App): void {
  const stack = new OwnStack(app, 'tokens');
  const variable = (name: string) => new TerraformVariable(stack, name, { type: 'string' }).stringValue;
  new PushNotifications(stack, 'Push', {
    resourceGroup: stack.group,
    name: variable('app_name'),
    uniqueSuffix: variable('suffix'),
    dataLocation: variable('data_location') as DataLocation,
    apns: apns(stack),
    events: false,
  });
}
