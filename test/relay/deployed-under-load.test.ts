import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { DeliveredPush } from '../../local/azure/core/context';
import { seededRandom } from '../../local/azure/core/random';
import { userTag } from '../../relay/tags';
import { repeats } from '../support/soak';
import { messageClaim, readClaims } from './claims';
import { ACS, LocalRelay, type LocalRelayOptions } from './local-relay';
import { identifier, Samples } from './samples';

const SEED = 20_260_101;
const USERS = repeats(5, 20);
const DEPLOYS = repeats(1, 4);
/** Waiting events while code is deployed: more than Event Grid delivers at a time, so that some are always under way. */
const WAITING = 100;

jest.setTimeout(3_600_000);

const user = (n: number) => `8:acs:1a2b3c4d-0000-4000-8000-000000000001_${String(n).padStart(12, '0')}`;
const iphone = (n: number) => `aa${String(n).padStart(62, '0')}`;
const android = (n: number) => `android-token-${String(n).padStart(20, '0')}`;

/** The same code, whose pushes say which version made them. */
function versionOf(zip: Uint8Array, version: number): Uint8Array {
  const files = unzipSync(zip);
  const templates = JSON.parse(strFromU8(files['templates.json']!));
  templates.templates['chat-message-received'].en.title = `v${version}`;
  return zipSync({ ...files, 'templates.json': strToU8(JSON.stringify(templates)) });
}

interface Push {
  readonly messageId: string;
  readonly version?: string;
}

function read({ payload }: DeliveredPush): Push {
  const { acs, aps, message } = payload as {
    acs?: { messageId: string };
    aps?: { alert?: { title?: string } };
    message?: { data: { messageId: string } };
  };
  return { messageId: (acs ?? message!.data).messageId, version: aps?.alert?.title };
}

/** The relay in local Azure, with new code deployed several times while events come without a pause. */
class DeployedUnderLoad {
  readonly relay: LocalRelay;
  readonly sent: { messageId: string; claim: string; devices: string[] }[] = [];
  over = false;
  /** When new code served, in Azure's time. */
  readonly deployed: number[] = [];
  private readonly random = seededRandom(`${SEED}/deploys`);

  constructor(options: LocalRelayOptions) {
    this.relay = new LocalRelay({ ...options, seed: SEED, clockSpeed: 60 });
  }

  async run(): Promise<void> {
    const { relay } = this;
    await relay.start();
    const { eventGrid } = relay.services;
    eventGrid.setFaults({ duplicatePercent: 20, disorder: true });
    for (let n = 0; n < USERS; n++) {
      await relay.install(`iphone-${n}`, 'apns', iphone(n), [userTag(user(n))]);
      await relay.install(`android-${n}`, 'fcmv1', android(n), [userTag(user(n))]);
    }
    const code = relay.code();
    this.publish(WAITING);
    await relay.until(() => relay.inbox.length > 0);
    for (let version = 1; version <= DEPLOYS; version++) {
      let serves = false;
      const deploying = relay.deployCode(versionOf(code, version)).then(() => {
        this.deployed.push(relay.azure.context.clock.now());
        serves = true;
      });
      while (!serves) {
        this.publish(WAITING - eventGrid.pending());
        await relay.until(() => serves || eventGrid.pending() < WAITING, 5);
      }
      await deploying;
      // The new code is at work, too, before the next one comes.
      this.publish(WAITING);
      await relay.until(() => this.versions().has(`v${version}`));
    }
    await relay.until(() => eventGrid.pending() === 0);
    this.over = true;
  }

  private publish(count: number): void {
    const samples = new Samples(ACS, () => this.relay.azure.context.clock.now());
    for (let i = 0; i < count; i++) {
      const n = Math.floor(this.random() * USERS);
      const event = samples.chatMessageReceived({ recipientCommunicationIdentifier: identifier(user(n)) });
      const { messageId, threadId } = event.data as { messageId: string; threadId: string };
      const claim = messageClaim(user(n), threadId, messageId);
      this.sent.push({ messageId, claim, devices: [iphone(n), android(n)] });
      this.relay.services.eventGrid.publish(ACS, event);
    }
  }

  /** How often each message was pushed to each of its devices. */
  times(): { claim: string; times: number[] }[] {
    const counts = new Map<string, number>();
    for (const push of this.relay.inbox) {
      const key = `${read(push).messageId} ${push.handle}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return this.sent.map(({ messageId, claim, devices }) => ({
      claim,
      times: devices.map((device) => counts.get(`${messageId} ${device}`) ?? 0),
    }));
  }

  /** Which versions of the code made pushes. */
  versions(): Set<string | undefined> {
    return new Set(
      this.relay.inbox.map((push) => read(push).version).filter((title) => title?.startsWith('v')),
    );
  }

  /** Statuses of the deliveries that were under way when new code served. */
  statusesAtDeploys(): number[][] {
    const deliveries = this.relay.services.eventGrid.deliveries();
    return this.deployed.map((at) =>
      deliveries
        .filter(({ startedAt, time }) => Date.parse(startedAt) <= at && Date.parse(time) >= at)
        .map(({ status }) => status),
    );
  }
}

describe('code that is deployed while events come', () => {
  let load: DeployedUnderLoad;
  afterEach(() => load.relay.close());

  test('by RollingUpdate: no delivery is cut off, and each device gets each message once', async () => {
    load = new DeployedUnderLoad({ siteUpdateStrategy: 'RollingUpdate' });
    await load.run();
    for (const statuses of load.statusesAtDeploys()) expect(statuses).not.toEqual([]);
    const { eventGrid } = load.relay.services;
    // A duplicate of what is under way is put off by the relay itself.
    const statuses = new Set(eventGrid.deliveries().map(({ status }) => status));
    expect([...statuses].filter((status) => ![202, 500].includes(status))).toEqual([]);
    expect(eventGrid.deadLetters()).toEqual([]);
    expect(load.times().filter(({ times }) => times.some((n) => n !== 1))).toEqual([]);
    // How each of them ended is written down a little after the answer.
    await load.relay.until(async () => {
      const { unmarked } = await readClaims(load.relay);
      return !load.sent.some(({ claim }) => unmarked.has(claim));
    });
  });

  test('by Recreate: nothing is lost, and only what was not marked as handled comes twice', async () => {
    const underWay: ReadonlyMap<string, string>[] = [];
    load = new DeployedUnderLoad({
      siteUpdateStrategy: 'Recreate',
      // Nobody writes at that moment: who did is gone, and who will is not there yet.
      ended: async () => {
        if (!load.over) underWay.push((await readClaims(load.relay)).unmarked);
      },
    });
    await load.run();
    const { eventGrid } = load.relay.services;
    // Each of them met the relay at work.
    expect(underWay).toHaveLength(DEPLOYS);
    expect(eventGrid.deliveries().filter(({ status }) => status === 502).length).toBeGreaterThanOrEqual(
      DEPLOYS,
    );
    expect(eventGrid.deadLetters()).toEqual([]);
    const times = load.times();
    expect(times.filter(({ times }) => times.includes(0))).toEqual([]);
    const twice = times.filter(({ times }) => times.some((n) => n > 1));
    expect(twice.filter(({ claim }) => !underWay.some((claims) => claims.has(claim)))).toEqual([]);
    process.stdout.write(
      `${load.sent.length} messages, ${twice.length} of them twice after ${DEPLOYS} deploys that met ` +
        `${underWay.reduce((sum, { size }) => sum + size, 0)} under way\n`,
    );
  });
});
