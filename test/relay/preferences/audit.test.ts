import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../../../relay/hash';
import { PreferencesApi } from '../../../relay/preferences/api';
import { bareGate, LinesLog, StandingClock } from '../devices/bare-gate';
import { APP, CustomersTenant } from '../devices/customers-tenant';

const [ANNA, BERT] = ['8:acs:anna', '8:acs:bert'];
const OID = randomUUID();

test('who reaches for the preferences of somebody else, or has no token, is put down', async () => {
  const clock = new StandingClock();
  const tenant = await CustomersTenant.externalId(clock.now);
  const log = new LinesLog();
  const { gate } = bareGate(tenant, clock, log, { identityClaim: 'acs_identity' });
  const api = new PreferencesApi({ gate });
  const ask = async (rawId: string, token?: string) => {
    const header = (name: string) => (name === 'authorization' && token ? `Bearer ${token}` : null);
    const request = { method: 'PUT', rawId, header, text: () => Promise.resolve('{}') };
    return (await api.handle(request, log)).status;
  };
  const token = await tenant.token({ oid: OID, acs_identity: ANNA });
  expect([await ask(BERT, token), await ask(BERT), await ask(ANNA, token)]).toEqual([403, 401, 501]);
  const refusal = {
    action: 'refusal',
    outcome: 'refused',
    user: sha256Hex(BERT),
    detail: expect.any(String),
  };
  expect(log.of('devices audit')).toMatchObject([
    { ...refusal, caller: sha256Hex(OID), clientApp: APP },
    { ...refusal, caller: undefined },
  ]);
});
