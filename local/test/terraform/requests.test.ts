import { SUBSCRIPTION, type AnswerServer } from './answer-server';
import { acsChain } from './acs-chain';
import { production, wide } from './configurations';
import { DEVIATIONS_BY_TRACE, type TraceName } from './deviations';
import { asked, differences, trace } from './requests';
import { openStandIns, type StandIns } from './stand-ins';
import type { TerraformFolder } from './terraform';

const SECRETS = { apns_token: 'SENT-APNS-PEM-LINE', fcm_private_key: 'SENT-FCM-PEM-LINE' };
const FUNCTIONS = /\/functions\/on(IncomingCall|ChatMessage)$/;

describe('requests of the stand-in providers', () => {
  let azure: AnswerServer;
  let standIns: StandIns;
  let folder: TerraformFolder;

  beforeEach(async () => {
    standIns = await openStandIns();
    ({ azure, folder } = standIns);
  });

  afterEach(() => standIns.close());

  function compare(name: TraceName): void {
    expect(differences(trace(name), asked(azure.takeAll()))).toEqual({
      deviations: [...DEVIATIONS_BY_TRACE[name]],
      unexplained: [],
    });
  }

  it('are those of the real providers for the production shape, from create to destroy', async () => {
    // A function is not there at once after its app.
    const tries = new Map<string, number>();
    azure.intercept = ({ path, method }) => {
      if (method !== 'GET' || !FUNCTIONS.test(path)) return undefined;
      const times = (tries.get(path) ?? 0) + 1;
      tries.set(path, times);
      return times === 1
        ? { status: 404, body: { error: { code: 'NotFound', message: 'the function was not found' } } }
        : {
            status: 200,
            body: { id: path, name: 'f', type: 'Microsoft.Web/sites/functions', properties: {} },
          };
    };
    folder.write(production('a'));
    await folder.init();
    await folder.apply(SECRETS);
    compare('production-create');

    await folder.plan(SECRETS, '-detailed-exitcode');
    compare('production-refresh');

    folder.write(production('b'));
    await folder.apply(SECRETS);
    compare('production-update');

    await folder.destroy(SECRETS);
    compare('production-destroy');
    expect([...azure.resources.keys()]).toEqual([]);
  });

  it('are those of the real azurerm for identity, vault, action group and the rest', async () => {
    const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-w`;
    azure.resources.set(group.toLowerCase(), { id: group, name: 'rg-w', location: 'westeurope' });
    azure.intercept = () => undefined;
    folder.write(wide());
    await folder.init();
    await folder.apply();
    compare('wide-create');
    await folder.plan({}, '-detailed-exitcode');
    await folder.destroy();
    expect([...azure.resources.keys()]).toEqual([group.toLowerCase()]);
  });

  it('are those of both for the chain of resource, namespace, hub, rule and link', async () => {
    folder.write(acsChain('a'));
    await folder.init();
    await folder.apply();
    compare('acs-chain-create');

    await folder.plan({}, '-detailed-exitcode');
    compare('acs-chain-refresh');

    folder.write(acsChain('b'));
    await folder.apply();
    compare('acs-chain-update');

    await folder.destroy();
    compare('acs-chain-destroy');
    expect([...azure.resources.keys()]).toEqual([]);
  });
});
