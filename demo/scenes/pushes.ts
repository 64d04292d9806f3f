import { API_VERSIONS } from '../../link/api-versions';
import type { DeliveredPush } from '../../local/azure/core/inbox';
import { userTag } from '../../relay/tags';
import { ControlClient } from '../../testing/local/control-client';
import type { Deployment } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import { pretendUser, registerInstallations, type PretendUser } from '../../testing/local/pretend-devices';
import { StoppedError } from '../../testing/local/processes';
import { acsPush } from '../acs-push';
import { StartError } from '../failures';
import type { Stage } from '../stage';

/** How long pushes may take to arrive before the run counts as failed, in milliseconds. */
const PUSH_DEADLINE_MS = 180_000;

export async function letThrough(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  ids: { communicationService: string; relayHub: string },
): Promise<{ withRelay: PretendUser; withCalls: PretendUser }> {
  const control = new ControlClient(
    cloud.azure.endpoints.control,
    cloud.azure.endpoints.controlToken,
    stage.signal,
  );
  const acsId = ids.communicationService;
  const resource = await immutableResourceId(cloud, acsId);
  const alice = pretendUser('Alice', resource);
  const bob = pretendUser('Bob', resource);
  await stage.step(
    "registering Alice's and Bob's phones",
    async () => {
      for (const [platform, handle] of [
        ['apns', alice.apnsHandle],
        ['fcmv1', alice.fcmHandle],
      ] as const) {
        await control.send('POST', '/devices', { acsId, rawId: alice.rawId, platform, handle });
      }
      await registerInstallations(cloud.reader, ids.relayHub, bob, userTag(bob.rawId), cloud.transport);
    },
    () => "registered phones: Alice's with Communication Services, Bob's with the relay's hub",
  );

  const call = { acsId, from: bob.rawId, to: alice.rawId, callerDisplayName: bob.name };
  const rung = await stage.step(
    'Bob calls Alice',
    async (report) => {
      await control.send('POST', '/calls', call);
      return pushesTo(stage, control, alice, report);
    },
    () => 'Bob calls Alice: Communication Services pushed through the linked hub',
  );
  show(stage, rung);
  await testCall(stage, cloud, deployment, alice);

  const message = {
    acsId,
    from: alice.rawId,
    to: [bob.rawId],
    senderDisplayName: alice.name,
    text: 'Are you there?',
  };
  const notified = await stage.step(
    'Alice writes to Bob',
    async (report) => {
      await control.send('POST', '/chat-messages', message);
      return pushesTo(stage, control, bob, report);
    },
    () => 'Alice writes to Bob: Event Grid called the relay, which pushed through its own hub',
  );
  show(stage, notified);
  return { withRelay: bob, withCalls: alice };
}

/** Rings a user as somebody without a second phone would. */
async function testCall(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  user: PretendUser,
): Promise<void> {
  const words = ['test-call', 'local', '--user', user.rawId, '--ring-for', '1s', '--now'];
  const output = await stage.step(
    `acs-push test-call local: rings ${user.name}`,
    () => acsPush(stage, cloud, deployment, words),
    () => `acs-push test-call local: ${user.name}'s phones were reached`,
  );
  for (const line of output.trim().split('\n')) stage.progress.line(`    ${line}`);
}

/** Waits until both phones of the user have been reached. */
async function pushesTo(
  stage: Stage,
  control: ControlClient,
  user: PretendUser,
  report: (detail: string) => void,
): Promise<DeliveredPush[]> {
  const deadline = Date.now() + PUSH_DEADLINE_MS;
  for (;;) {
    const arrived = [...(await control.inbox(user.apnsHandle)), ...(await control.inbox(user.fcmHandle))];
    const services = new Set(arrived.map(({ service }) => service));
    if (services.size === 2) return arrived;
    report(`${services.size} of 2 phones reached`);
    if (Date.now() > deadline) {
      const deliveries = await control.send<unknown>('GET', '/event-grid/deliveries');
      throw new StartError(
        `after ${PUSH_DEADLINE_MS / 1000} s pushes to ${user.name} reached ${[...services].join(', ') || 'neither APNs nor FCM'}; ` +
          `Event Grid's deliveries: ${JSON.stringify(deliveries)}`,
        "run 'npm start -- --keep' and look at /event-grid/deliveries, /dead-letters and /inbox of the control API",
      );
    }
    await pause(100, stage.signal);
  }
}

function show(stage: Stage, pushes: DeliveredPush[]): void {
  for (const { service, handle, headers, payload } of pushes) {
    const name = service === 'apns' ? 'APNs' : 'FCM ';
    const sent = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
    stage.progress.line(`    ${name} → device ${handle.slice(0, 16)}…  ${sent.join(', ')}`);
    stage.progress.line(`         ${JSON.stringify(payload)}`);
  }
}

/** By which Communication Services tells users of its own from others: part of their raw ids. */
async function immutableResourceId({ reader }: LocalCloud, communicationServiceId: string): Promise<string> {
  const resource = await reader.get(communicationServiceId, API_VERSIONS.communication);
  return String(resource?.properties.immutableResourceId);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(new StoppedError())), { once: true });
  });
}
