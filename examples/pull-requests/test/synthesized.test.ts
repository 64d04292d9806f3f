import { Testing } from 'cdktf';
import { synthesize } from 'cdktf-acs-push/testing';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENTS } from '../environments';
import { PushStack } from '../stack';

describe.each(Object.entries(ENVIRONMENTS))('%s', (name, props) => {
  const stack = synthesize(new PushStack(Testing.app(), name, props));

  test('is what was reviewed last', () => {
    expect(stack).toMatchSnapshot();
  });

  test('links the hub that calls are pushed through', () => {
    expect(stack).toLinkHub(`ntf-contoso-${name}-calling`);
  });

  test('sends to the right APNs', () => {
    const host = props.endpoint === 'production' ? 'api.push.apple.com' : 'api.development.push.apple.com';
    expect(stack).toHaveResourceWith('Microsoft.NotificationHubs/namespaces/notificationHubs', {
      properties: { apnsCredential: { properties: { endpoint: expect.stringContaining(host) } } },
    });
  });

  test('holds no secret', () => {
    expect(stack).toHaveNoLiteralSecret();
  });

  test('says nothing that ought to be looked at', () => {
    expect(stack.warnings).toEqual([]);
  });
});
