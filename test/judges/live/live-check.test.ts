import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSettled } from '../../../judges/live/assumption';
import { ASSUMPTIONS } from '../../../judges/live/assumptions';
import type { Finding } from '../../../judges/live/compare';
import { clean, hurried, liveCheck, transportTo } from '../../../judges/live/live-check';
import { record } from '../../../judges/live/record';
import { EXPIRY_TAG } from '../../../judges/live/world';
import { startLocalAzure, type LocalAzure } from '../../../local/azure';
import { ForwardClock } from '../../../local/azure/core/forward-clock';
import { Program } from '../../local-deployment/processes';
import { TURNED, turnedAzure } from './turned-azure';

const EVERY = Object.values(ASSUMPTIONS).flat();
const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/** What switches of local Azure turn round. */
const SWITCHED = [
  'missing-right',
  'network-refusal',
  'system-data-of-hubs',
  'bodies-in-the-activity-log',
  'lag-of-the-activity-log',
];

const groupsOf = (azure: LocalAzure) =>
  azure.context.store.list({ type: GROUP_TYPE }).map(({ name }) => name);

describe('the live kit, against an Azure that does the opposite of some assumptions', () => {
  const clock = new ForwardClock();
  const log: string[] = [];
  let real: LocalAzure;
  let findings: Finding[];

  beforeAll(async () => {
    real = await startLocalAzure({
      clock,
      behaviour: {
        hubs: { missingRightStatus: 403, networkRefusalStatus: 403, systemData: false },
        monitor: { requestBodies: true, activityLogLagSeconds: [120, 120] },
      },
    });
    findings = await liveCheck({
      environment: real.environment,
      subscriptionId: real.endpoints.subscriptionId,
      location: 'westeurope',
      assumptions: EVERY,
      minutes: 30,
      log: (line) => log.push(line),
      transport: transportTo(real),
      httpClient: turnedAzure(Object.values(TURNED)),
      clock: hurried(clock),
    });
  });

  afterAll(() => real.close());

  const idsOf = (verdict: Finding['verdict']) =>
    findings.filter((one) => one.verdict === verdict).map(({ assumption }) => assumption.id);

  test('says other of exactly those', () => {
    expect(idsOf('other').sort()).toEqual([...SWITCHED, ...Object.keys(TURNED)].sort());
  });

  test('says same of all others that it can settle, and not settled of the rest', () => {
    const settled = EVERY.filter(({ kit }) => isSettled(kit)).map(({ id }) => id);
    expect(settled.length).toBeGreaterThan(40);
    expect([...idsOf('same'), ...idsOf('other')].sort()).toEqual(settled.sort());
    for (const { verdict, note } of findings) if (verdict === 'not settled') expect(note).toMatch(/\w{4}/);
  });

  test('leaves nothing in the subscription', () => {
    expect(groupsOf(real)).toEqual([]);
    expect(log.at(-1)).toBe('deleted; nothing is left');
  });

  test('writes a record of all of it that names nobody and nothing of the subscription', () => {
    const page = record(findings, { date: '2026-12-01', location: 'westeurope', minutes: 30 });
    for (const { id } of EVERY) expect(page).toContain(`(local-azure.md#${id})`);
    expect(page).toContain('| **other** |');
    expect(page).toContain('Run on 2026-12-01 in `westeurope`');
    const { subscriptionId, tenantId } = real.endpoints;
    for (const secret of [subscriptionId, tenantId, '/subscriptions/', 'live-', 'SharedAccessKey']) {
      expect(page.replaceAll('live-check.md', '').replaceAll('live-check`', '')).not.toContain(secret);
    }
  });
});

describe('the live kit', () => {
  let real: LocalAzure;
  let folder: string;

  beforeEach(async () => {
    real = await startLocalAzure();
    folder = mkdtempSync(join(tmpdir(), 'live-check-'));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await real.close();
  });

  const run = (...args: string[]) =>
    new Program('judges/live/main.ts', ['--record', join(folder, 'parity.md'), ...args], real.environment);

  test('that is stopped in the middle leaves nothing in the subscription, and writes nothing', async () => {
    const program = run();
    await program.prints(/^same: /m);
    expect(groupsOf(real)).toHaveLength(1);
    program.interrupt();
    expect(await program.exitCode()).toBe(130);
    expect(program.stdout).toContain('deleted; nothing is left');
    expect(groupsOf(real)).toEqual([]);
    expect(() => readFileSync(join(folder, 'parity.md'))).toThrow('ENOENT');
  });

  test('writes its record, and tells of what an earlier run left behind', async () => {
    const left = await leaveBehind(real, '2026-01-01T00:00:00.000Z');
    const program = run('--only', 'old-metrics');
    expect(await program.exitCode()).toBe(0);
    expect(program.stdout).toContain(`left behind by earlier runs: ${left}`);
    expect(readFileSync(join(folder, 'parity.md'), 'utf8')).toMatch(/`old-metrics`.* \| same \|/);
    expect(groupsOf(real)).toEqual([left]);
  });

  test('cleans up what an earlier run left behind, and nothing that a run may still need', async () => {
    await leaveBehind(real, '2026-01-01T00:00:00.000Z');
    const needed = await leaveBehind(real, '9999-01-01T00:00:00.000Z');
    await clean({
      environment: real.environment,
      subscriptionId: real.endpoints.subscriptionId,
      location: 'westeurope',
      log: () => undefined,
      transport: transportTo(real),
    });
    expect(groupsOf(real)).toEqual([needed]);
  });

  test('says with --dry-run what it would make, and makes nothing', async () => {
    const program = run('--dry-run');
    expect(await program.exitCode()).toBe(0);
    expect(program.stdout).toContain('a few cents at most');
    expect(program.stdout).toContain('hub-put-replaces-credentials');
    expect(groupsOf(real)).toEqual([]);
  });
});

/** A group as a run that was killed leaves it; its name. */
async function leaveBehind(azure: LocalAzure, expires: string): Promise<string> {
  const name = `live-${expires.slice(0, 4)}-rg`;
  const id = `/subscriptions/${azure.endpoints.subscriptionId}/resourceGroups/${name}`;
  azure.context.store.put({
    id,
    name,
    type: GROUP_TYPE,
    location: 'westeurope',
    tags: { [EXPIRY_TAG]: expires },
    properties: { provisioningState: 'Succeeded' },
  });
  return name;
}
