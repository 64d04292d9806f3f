import type { Gate } from '../../../relay/devices/gate';
import { TransientError } from '../../../relay/errors';
import { PreferencesApi } from '../../../relay/preferences/api';
import type { PreferencesStore } from '../../../relay/preferences/store';
import { BOB } from '../samples';

const gate = { admit: () => Promise.resolve({ id: 'caller', mayActFor: () => true }) } as unknown as Gate;

function ask(store: PreferencesStore | undefined) {
  const api = new PreferencesApi({ gate, store });
  return (method: string, body = '{}') =>
    api.handle(
      {
        method,
        rawId: BOB,
        header: (name) => (name === 'content-type' ? 'application/json' : null),
        text: () => Promise.resolve(body),
      },
      { write: () => undefined },
    );
}

test.each(['GET', 'PUT', 'DELETE'])(
  'without a storage account %s says that there are no preferences',
  async (method) => {
    expect(await ask(undefined)(method)).toEqual({
      status: 501,
      headers: { 'content-type': 'application/problem+json' },
      body: {
        status: 501,
        detail: 'there are no preferences: the relay has no storage account to keep them in',
      },
    });
  },
);

test('a store that fails is told as passing, with when to come again, and nothing of it outside', async () => {
  const fail = () => Promise.reject(new TransientError('table storage stsecret answered 503', 7_000));
  const failing = { get: fail, put: fail, delete: fail } as unknown as PreferencesStore;
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const { status, headers, body } = await ask(failing)(method);
    expect([status, headers['retry-after']]).toEqual([503, '7']);
    expect(JSON.stringify(body)).not.toContain('stsecret');
  }
});
