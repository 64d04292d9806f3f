import { MonitoringActionGroup, Naming, type AlertReceivers } from '../../../constructs';
import { GROUP } from '../../support/samples';
import { errorOf, newStack, synth } from '../../support/synth';
import { ACTION_GROUP_ID } from './bench';

function group(receivers: AlertReceivers) {
  const stack = newStack();
  new MonitoringActionGroup(stack, 'Group', {
    resourceGroup: GROUP,
    naming: new Naming('contoso', 'x7k2p9'),
    ...receivers,
  });
  return synth(stack);
}

test('tells addresses and webhooks in the common alert schema, each once', () => {
  const json = group({
    emails: ['a@contoso.com', 'b@contoso.com', 'a@contoso.com'],
    webhooks: [
      { url: 'https://hooks.contoso.com/alerts' },
      {
        url: 'https://hooks.contoso.com/guarded',
        entraApplication: { objectId: '11111111-1111-1111-1111-111111111111', identifierUri: 'api://alerts' },
      },
    ],
  });
  expect(json.resource('azurerm_monitor_action_group')).toMatchObject({
    name: 'ag-contoso-push',
    resource_group_name: 'rg-app',
    short_name: 'acs-push',
    email_receiver: [
      { name: 'email-1', email_address: 'a@contoso.com', use_common_alert_schema: true },
      { name: 'email-2', email_address: 'b@contoso.com', use_common_alert_schema: true },
    ],
    webhook_receiver: [
      { name: 'webhook-1', service_uri: 'https://hooks.contoso.com/alerts', use_common_alert_schema: true },
      {
        name: 'webhook-2',
        service_uri: 'https://hooks.contoso.com/guarded',
        aad_auth: { object_id: '11111111-1111-1111-1111-111111111111', identifier_uri: 'api://alerts' },
      },
    ],
  });
});

test('keeps no secret of a webhook, and repeats none', () => {
  const error = errorOf(() => group({ webhooks: [{ url: 'https://hooks.contoso.com/?code=abc123' }] }));
  expect(error).toContain('must not carry a secret');
  expect(error).not.toContain('abc123');
});

test('says all that is wrong at once', () => {
  expect(errorOf(() => group({ emails: ['nobody'], actionGroupIds: ['ag-app', ACTION_GROUP_ID] }))).toBe(
    "emails takes addresses, got 'nobody'\n  at construct stack/Group\n" +
      "actionGroupIds takes ARM ids of action groups (/subscriptions/…/actionGroups/{name}), got 'ag-app'" +
      '\n  at construct stack/Group',
  );
});
