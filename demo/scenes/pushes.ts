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
import { clockText, type Step } from '../../terminal';

/** How long pushes may take to arrive before the run counts as failed, in milliseconds. */
const PUSH_DEADLINE_MS = 180_000;

/** Who was called and written to, and the pushes that reached their phones. */
export interface LetThrough {
  readonly withRelay: PretendUser;
  readonly withCalls: PretendUser;
  readonly pushes: readonly DeliveredPush[];
}

export async function letThrough(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  ids: { communicationService: string; relayHub: string },
): Promise<LetThrough> {
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
    () => "registered phones: Alice's with ACS, Bob's with the relay's hub",
  );

  const call = { acsId, from: bob.rawId, to: alice.rawId, callerDisplayName: bob.name };
  const rung = await stage.step(
    'Bob calls Alice',
    async (step) => {
      await control.send('POST', '/calls', call);
      return pushesTo(stage, control, alice, step);
    },
    () => 'Bob calls Alice: pushed through the linked hub',
  );
  show(stage, alice, rung);
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
    async (step) => {
      await control.send('POST', '/chat-messages', message);
      return pushesTo(stage, control, bob, step);
    },
    () => 'Alice writes to Bob: pushed by the relay, through its own hub',
  );
  show(stage, bob, notified);
  return { withRelay: bob, withCalls: alice, pushes: [...rung, ...notified] };
}

/** Rings a user as somebody without a second phone would. */
async function testCall(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  user: PretendUser,
): Promise<void> {
  const words = ['test-call', 'local', '--user', user.rawId, '--ring-for', '1s', '--now'];
  const { output } = await stage.step(
    `acs-push test-call local: rings ${user.name}`,
    (step) => acsPush(stage, cloud, deployment, words, (line) => step.now(line)),
    () => `acs-push test-call local: ${user.name}'s phones were reached`,
  );
  const lines = output.trim().split('\n');
  // The verdict; its figures are for whoever asks.
  stage.detail(stage.flags.verbose ? lines.join('\n') : lines.at(-1)!.replace(/ counted .*/, ' counted it'));
}

/** Waits until both phones of the user have been reached. */
async function pushesTo(
  stage: Stage,
  control: ControlClient,
  user: PretendUser,
  step: Step,
): Promise<DeliveredPush[]> {
  const deadline = Date.now() + PUSH_DEADLINE_MS;
  for (;;) {
    const arrived = [...(await control.inbox(user.apnsHandle)), ...(await control.inbox(user.fcmHandle))];
    const services = new Set(arrived.map(({ service }) => service));
    if (services.size === 2) return arrived;
    step.now(
      `waiting for APNs and FCM to be reached, until ${clockText(deadline)}: ${services.size} of 2 phones have it`,
    );
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

function show(stage: Stage, user: PretendUser, pushes: readonly DeliveredPush[]): void {
  for (const { service, handle, headers, payload } of pushes) {
    const name = service === 'apns' ? 'APNs' : 'FCM ';
    if (!stage.flags.verbose) {
      stage.detail(`${name} → ${user.name}'s phone: ${wordsOf(payload)}`);
      continue;
    }
    const sent = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
    stage.detail(
      `${name} → device ${handle.slice(0, 16)}…  ${sent.join(', ')}\n     ${JSON.stringify(payload)}`,
    );
  }
}

/** What a phone shows of a push: its words in APNs' or FCM's place for them, or those that FCM hands to the app. */
function wordsOf(payload: unknown): string {
  const { aps, message } = payload as {
    aps?: { alert?: Words };
    message?: { notification?: Words; data?: Words };
  };
  const { title, body } = aps?.alert ?? message?.notification ?? message?.data ?? {};
  return [title, body].filter(Boolean).join(': ') || 'nothing to show';
}

interface Words {
  readonly title?: string;
  readonly body?: string;
}

/** By which Communication Services tells users of its own from others: part of their raw ids. */
async function immutableResourceId({ reader }: LocalCloud, communicationServiceId: string): Promise<string> {
  const resource = await reader.get(communicationServiceId, API_VERSIONS.communication);
  return String(resource?.properties.immutableResourceId);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(new StoppedError());
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
