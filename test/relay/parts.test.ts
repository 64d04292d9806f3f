import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { RunningFunctionApp } from '../../local/functions/function-host';
import { LocalFunctionHost } from '../../local/functions';
import { RELAY_FUNCTIONS, RELAY_PARTS } from '../../relay/contract';
import { SettingsError } from '../../relay/errors';
import { startRelay } from '../../relay/start';
import { relayPackage } from '../support/assets';

const RULE =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.NotificationHubs/namespaces/n/notificationHubs/h' +
  '/authorizationRules/r';

/** What Functions itself sets once an app has an identity, and which identity that is. */
const IDENTITY = { AZURE_CLIENT_ID: 'id', IDENTITY_ENDPOINT: 'http://127.0.0.1:1', IDENTITY_HEADER: 'h' };
const EVENTS = { ...IDENTITY, RELAY_SOURCE_ID: '/acs', RELAY_HUB_RULE_ID: RULE };
const DEVICES = {
  ...IDENTITY,
  RELAY_DEVICES_RULE_ID: RULE,
  RELAY_API_TENANT_ID: 'tenant',
  RELAY_API_AUDIENCE: 'api://devices',
};

test('every function of the relay is in one part, and in one alone', () => {
  expect(Object.values(RELAY_PARTS).flat().sort()).toEqual(Object.values(RELAY_FUNCTIONS).sort());
});

describe('the published package', () => {
  let folder: string;
  let host: LocalFunctionHost;
  const lines: string[] = [];
  const apps: RunningFunctionApp[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'relay-parts-'));
    for (const [name, content] of Object.entries(unzipSync(relayPackage()))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    host = new LocalFunctionHost();
  });
  beforeEach(() => void (lines.length = 0));
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(settings: Record<string, string>): Promise<RunningFunctionApp> {
    const app = await host.start({
      siteId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/func',
      folder,
      settings,
      environment: {},
      log: (line) => lines.push(line),
    });
    apps.push(app);
    return app;
  }
  const namesOf = ({ functions }: RunningFunctionApp) => functions.map(({ name }) => name).sort();
  const LINK = {
    RELAY_LINK_HUB_ID: '/hub',
    RELAY_LINK_RULE_ID: RULE,
    RELAY_RESOURCE_ID: '/app',
    RELAY_REGION: 'x',
  };

  test('has every function where no part is named', async () => {
    expect(namesOf(await start({ ...EVENTS, ...DEVICES, ...LINK }))).toEqual(
      Object.values(RELAY_FUNCTIONS).sort(),
    );
  });

  test('takes events and no request where it is that part, and asks for no setting of the devices API', async () => {
    const app = await start({ ...EVENTS, ...LINK, RELAY_PART: 'events' });
    expect(namesOf(app)).toEqual([...RELAY_PARTS.events].sort());
    expect((await fetch(`${app.baseUrl}/api/devices/00000000-0000-4000-8000-000000000000`)).status).toBe(404);
    expect(lines.filter((line) => line.includes('not configured'))).toEqual([]);
  });

  test('takes requests and no event where it is that part, and asks for no rule that can send', async () => {
    const app = await start({ ...DEVICES, RELAY_PART: 'devices' });
    expect(namesOf(app)).toEqual([...RELAY_PARTS.devices].sort());
    const answer = await fetch(`${app.baseUrl}/api/devices/00000000-0000-4000-8000-000000000000`);
    expect(answer.status).toBe(401);
    expect(lines.filter((line) => line.includes('not configured'))).toEqual([]);
  });

  test('says which part there is not, keeps its functions and answers that it is not configured', async () => {
    const app = await start({ ...EVENTS, ...DEVICES, RELAY_PART: 'device' });
    expect(namesOf(app)).toEqual(expect.arrayContaining(['calls', 'messages', 'devices']));
    const answer = await fetch(`${app.baseUrl}/api/devices/00000000-0000-4000-8000-000000000000`);
    expect(answer.status).toBe(503);
    expect(lines.join('\n')).toContain(
      "app setting RELAY_PART must be events or devices, or left out for all, got 'device'",
    );
  });
});

describe('settings that are missing', () => {
  const templates = { defaultLanguage: 'en', languages: ['en'], templates: {} };
  const startWith = (settings: NodeJS.ProcessEnv) =>
    startRelay(settings, templates as never, { write: () => undefined });

  test('are those of the part alone', () => {
    expect(() => startWith({ RELAY_PART: 'events' })).toThrow('RELAY_HUB_RULE_ID is missing');
    expect(() => startWith({ RELAY_PART: 'devices' })).toThrow(
      /^relay not configured: (?!.*RELAY_HUB_RULE_ID).*AZURE_CLIENT_ID is missing/,
    );
    expect(startWith({ ...EVENTS, RELAY_PART: 'events' }).relay).toBeDefined();
    expect(startWith({ ...IDENTITY, RELAY_PART: 'devices' }).devices).toBeInstanceOf(SettingsError);
    expect(startWith({ ...DEVICES, RELAY_PART: 'devices' }).relay).toBeUndefined();
  });

  test('are warned of where pushes go to a VoIP hub from which no device can be removed', () => {
    const voip = { ...EVENTS, RELAY_STORAGE_ACCOUNT: 'stlogs', RELAY_VOIP_HUB_RULE_ID: RULE };
    const without = [expect.stringContaining('RELAY_VOIP_DEVICES_RULE_ID')];
    expect(startWith({ ...voip, ...DEVICES }).warnings).toEqual(without);
    expect(startWith({ ...voip, ...DEVICES, RELAY_VOIP_DEVICES_RULE_ID: RULE }).warnings).toEqual([]);
    expect(startWith({ ...voip, RELAY_PART: 'events' }).warnings).toEqual([]);
  });
});
