import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { API_VERSIONS } from '../link/api-versions';
import { readLink, sameResourceId } from '../link/read-link';
import { userTag } from '../relay/tags';
import type { DeliveredPush } from '../local/azure/core/context';
import { ControlClient } from '../testing/local/control-client';
import {
  Deployment,
  DeploymentError,
  machineEnvironment,
  PROJECT,
  synthesizedFile,
} from '../testing/local/deployment';
import { exportLines } from '../local/cli/export-lines';
import { startLocalCloud, type LocalCloud } from '../testing/local/local-cloud';
import { pretendUser, registerInstallations, type PretendUser } from '../testing/local/pretend-devices';
import { run, StoppedError } from '../testing/local/processes';
import { Progress } from './progress';
import { credentialVariables, makePushCredentials } from '../testing/local/push-credentials';

const USAGE = `usage: npm start -- [options]

Deploys the environment 'local' into local Azure, proves the link, and lets a call and a chat message through.

  --keep                       leave everything running until Ctrl-C
  --providers stand-in|real    'real' uses the providers that terraform init finds: in a registry, or in the
                               mirror that TF_CLI_CONFIG_FILE names (default: stand-in)
`;

/** Variables of a terminal that would lead elsewhere: another subscription, sign-in, state or set of providers. */
const FORGET_OTHERS =
  'for name in $(env | sed -nE "s/^((ARM|AZURE|TF|CDKTF)_[A-Za-z0-9_]*)=.*/\\1/p"); do unset "$name"; done\n';

const COMMAND = join(PROJECT, 'dist/cli/acs-push.cjs');

/** How long pushes may take to arrive before the run counts as failed, in milliseconds. */
const PUSH_DEADLINE_MS = 180_000;

interface Flags {
  readonly keep: boolean;
  readonly providers: 'stand-in' | 'real';
}

/** A failure that says what to do about it. */
class StartError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

class UsageError extends Error {}

function readFlags(args: string[]): Flags {
  let values: { keep: boolean; providers: string };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        keep: { type: 'boolean', default: false },
        providers: { type: 'string', default: 'stand-in' },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { keep, providers } = values;
  if (providers !== 'stand-in' && providers !== 'real') {
    throw new UsageError(`--providers takes 'stand-in' or 'real', got '${providers}'`);
  }
  return { keep, providers };
}

/** One run, from nothing to the pushes. What it starts is undone by `close`. */
class Run {
  private readonly undo: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly flags: Flags,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  async take(): Promise<void> {
    const { progress } = this;
    const cloud = await this.startCloud();
    const deployment = await this.prepare(cloud);
    await this.deploy(deployment);
    await this.deployAgain(deployment);
    const outputs = await deployment.outputs();
    const ids = {
      communicationService: textOf(outputs, 'communication_service_id'),
      callingHub: textOf(outputs, 'calling_hub_id'),
      relayHub: textOf(outputs, 'relay_hub_id'),
    };
    await this.readLinkBack(cloud, ids);
    await this.verify(cloud, deployment);
    const users = await this.letThrough(cloud, deployment, ids);
    if (this.flags.keep) await this.keep(cloud, deployment, users);
    else
      progress.line(
        "\nEverything worked. 'npm start -- --keep' leaves it running; the README says what to do next.",
      );
  }

  /** Undoes everything in reverse. */
  async close(): Promise<void> {
    for (const step of this.undo.reverse()) await step();
  }

  private async startCloud(): Promise<LocalCloud> {
    const { providers } = this.flags;
    const standIn = providers === 'stand-in';
    const cloud = await this.step(
      standIn ? 'starting local Azure and the stand-in providers' : 'starting local Azure',
      () => startLocalCloud({ providers }),
      ({ azure }) =>
        `local Azure is up at ${azure.endpoints.https}${standIn ? ', with stand-ins for azurerm and azapi' : ''}`,
    );
    this.undo.push(() => cloud.close());
    this.signal.throwIfAborted();
    return cloud;
  }

  private async prepare(cloud: LocalCloud): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), 'cdktf-acs-push-'));
    this.undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const credentials = await this.step(
      'making an APNs key and an FCM service account for this run',
      () => makePushCredentials(),
      () => 'made an APNs key (.p8) and an FCM service account for this run',
    );
    const environment = {
      ...cloud.environmentFor(synthesizedFile({ folder, stack: 'local' })),
      ...(this.flags.providers === 'real' && terraformSettings()),
      ...credentialVariables(credentials),
    };
    const deployment = new Deployment({
      stack: 'local',
      folder,
      environment,
      signal: this.signal,
      onLine: (line) => this.onLine(line),
    });
    if (this.flags.keep) {
      const lines = exportLines({
        ...environment,
        ACS_PUSH_STATE_DIR: join(folder, 'state'),
        CDKTF_OUTDIR: deployment.output,
      });
      writeFileSync(join(folder, 'environment.sh'), `${FORGET_OTHERS}${lines}`, { mode: 0o600 });
    }
    return deployment;
  }

  private onLine: (line: string) => void = () => undefined;

  private async deploy(deployment: Deployment): Promise<void> {
    await this.step('cdktf deploy local', async (report) => {
      let planned = '';
      let created = 0;
      report('synthesizing');
      this.onLine = (line) => {
        if (/Initializing provider plugins/.test(line)) report('terraform init');
        planned = /Plan: (\d+) to add/.exec(line)?.[1] ?? planned;
        if (/: Creation complete after/.test(line)) created++;
        // cdktf shows the construct's path behind the address.
        const busy = /\(([^()]+)\): (Creating|Provisioning)/.exec(line)?.[1];
        if (planned) report(`${created} of ${planned} resources${busy ? `, ${busy}` : ''}`);
      };
      await deployment.deploy().finally(() => (this.onLine = () => undefined));
    });
    const { resources } = await deployment.showState();
    const managed = resources.filter((resource) => resource.mode === 'managed');
    const counts = new Map<string, number>();
    for (const { type } of managed) counts.set(type, (counts.get(type) ?? 0) + 1);
    this.progress.line(`  ${managed.length} resources created:`);
    const rows = [...counts].sort(([a], [b]) => a.localeCompare(b));
    for (const [type, count] of rows) this.progress.line(`    ${String(count).padStart(3)}  ${type}`);
  }

  private async deployAgain(deployment: Deployment): Promise<void> {
    await this.step(
      'cdktf deploy local, a second time',
      async () => {
        const { output } = await deployment.deploy();
        const found = /No changes\. .*/.exec(output)?.[0];
        if (found) return found;
        throw new StartError(
          `a second deploy changes something:\n${excerpt(output, /^\W*# .* (will be|must be) /)}`,
          'let the construct write what Azure answers, or local Azure answer as Azure does',
        );
      },
      (found) => `second deploy: ${found}`,
    );
  }

  private async readLinkBack(
    { reader }: LocalCloud,
    ids: { communicationService: string; callingHub: string },
  ): Promise<void> {
    const linked = await this.step(
      'reading the link back',
      async () => {
        const reading = await readLink(reader, ids.communicationService);
        if (reading?.notificationHubId && sameResourceId(reading.notificationHubId, ids.callingHub)) {
          return reading.notificationHubId;
        }
        throw new StartError(
          `${ids.communicationService} should be linked to ${ids.callingHub}, but shows ${reading?.notificationHubId ?? 'no link'}`,
          'look at the link in constructs/notification-hub-link.ts and at what local Azure keeps of it',
        );
      },
      () => 'link read back from Azure Resource Manager',
    );
    this.progress.line(`    ${ids.communicationService}\n    → ${linked}`);
  }

  /** The command that a person would run: the link, and the hub of the relay. */
  private async verify(cloud: LocalCloud, deployment: Deployment): Promise<void> {
    const output = await this.step(
      'acs-push verify local --wait',
      () => this.acsPush(cloud, deployment, ['verify', 'local', '--wait', '--timeout', '2m']),
      () => 'acs-push verify local --wait: both hubs are proved',
    );
    for (const line of output.trim().split('\n')) this.progress.line(`    ${line}`);
  }

  /** Rings a user as somebody without a second phone would. */
  private async testCall(cloud: LocalCloud, deployment: Deployment, user: PretendUser): Promise<void> {
    const words = ['test-call', 'local', '--user', user.rawId, '--ring-for', '1s', '--now'];
    const output = await this.step(
      `acs-push test-call local: rings ${user.name}`,
      () => this.acsPush(cloud, deployment, words),
      () => `acs-push test-call local: ${user.name}'s phones were reached`,
    );
    for (const line of output.trim().split('\n')) this.progress.line(`    ${line}`);
  }

  /** What the command printed. @throws StartError when its exit code is not 0 */
  private async acsPush(cloud: LocalCloud, deployment: Deployment, words: string[]): Promise<string> {
    const { exitCode, output } = await run(
      process.execPath,
      [COMMAND, ...words, '--output', deployment.output],
      { cwd: PROJECT, env: { ...machineEnvironment(), ...cloud.environment }, signal: this.signal },
    );
    if (exitCode === 0) return output;
    throw new StartError(
      `acs-push ${words.join(' ')} ended with exit code ${exitCode}:\n${output}`,
      'do what its last line says',
    );
  }

  private async letThrough(
    cloud: LocalCloud,
    deployment: Deployment,
    ids: { communicationService: string; relayHub: string },
  ): Promise<{ withRelay: PretendUser; withCalls: PretendUser }> {
    const control = new ControlClient(cloud.azure.endpoints.control, this.signal);
    const acsId = ids.communicationService;
    const resource = await immutableResourceId(cloud, acsId);
    const alice = pretendUser('Alice', resource);
    const bob = pretendUser('Bob', resource);
    await this.step(
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
    const rung = await this.step(
      'Bob calls Alice',
      async (report) => {
        await control.send('POST', '/calls', call);
        return this.pushesTo(control, alice, report);
      },
      () => 'Bob calls Alice: Communication Services pushed through the linked hub',
    );
    this.show(rung);
    await this.testCall(cloud, deployment, alice);

    const message = {
      acsId,
      from: alice.rawId,
      to: [bob.rawId],
      senderDisplayName: alice.name,
      text: 'Are you there?',
    };
    const notified = await this.step(
      'Alice writes to Bob',
      async (report) => {
        await control.send('POST', '/chat-messages', message);
        return this.pushesTo(control, bob, report);
      },
      () => 'Alice writes to Bob: Event Grid called the relay, which pushed through its own hub',
    );
    this.show(notified);
    return { withRelay: bob, withCalls: alice };
  }

  /** Waits until both phones of the user have been reached. */
  private async pushesTo(
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
      await pause(100, this.signal);
    }
  }

  private show(pushes: DeliveredPush[]): void {
    for (const { service, handle, headers, payload } of pushes) {
      const name = service === 'apns' ? 'APNs' : 'FCM ';
      const sent = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
      this.progress.line(`    ${name} → device ${handle.slice(0, 16)}…  ${sent.join(', ')}`);
      this.progress.line(`         ${JSON.stringify(payload)}`);
    }
  }

  private async keep(
    cloud: LocalCloud,
    deployment: Deployment,
    { withRelay, withCalls }: { withRelay: PretendUser; withCalls: PretendUser },
  ): Promise<void> {
    const { control } = cloud.azure.endpoints;
    this.progress.line(
      [
        '',
        'Everything worked and stays up until Ctrl-C.',
        '',
        `  pushes so far      curl ${control}/inbox`,
        `  event deliveries   curl ${control}/event-grid/deliveries`,
        '',
        'In another terminal, in this folder; the first line is for cdktf, Terraform and the Azure SDKs too:',
        '',
        `  . ${join(deployment.folder, 'environment.sh')}`,
        '  npx acs-push verify local --wait',
        `  npx acs-push test-call local --user ${withCalls.rawId} --now`,
        `  npx acs-push test-send local --user ${withRelay.rawId}`,
        `  npx acs-push test-send local --user ${withRelay.rawId} --event ChatMessageReceived --show`,
        '  npx acs-push replay local --list',
        '  npx acs-push rotate local',
        `  npx cdktf deploy local --skip-provider-lock --output ${deployment.output}`,
        '',
      ].join('\n'),
    );
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
    throw new StoppedError();
  }

  private async step<T>(
    title: string,
    work: (report: (detail: string) => void) => Promise<T>,
    done?: (result: T) => string,
  ): Promise<T> {
    this.signal.throwIfAborted();
    return this.progress.step(title, work, done);
  }
}

/** Settings by which Terraform finds real providers; nothing else of the user's Terraform settings is taken over. */
function terraformSettings(): Record<string, string> {
  return Object.fromEntries(
    ['TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR'].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/** By which Communication Services tells users of its own from others: part of their raw ids. */
async function immutableResourceId({ reader }: LocalCloud, communicationServiceId: string): Promise<string> {
  const resource = await reader.get(communicationServiceId, API_VERSIONS.communication);
  return String(resource?.properties.immutableResourceId);
}

function textOf(outputs: Record<string, unknown>, name: string): string {
  const value = outputs[name];
  if (typeof value === 'string') return value;
  throw new StartError(
    `the stack 'local' has no output '${name}'`,
    'let PushNotifications of environments/environment-stack.ts have outputs, without a prefix',
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(new StoppedError())), { once: true });
  });
}

/** The part of a long output that says what went wrong: from the first line that tells of it on, or its end. */
function excerpt(output: string, telling = /\bError:/): string {
  const lines = output
    .split('\n')
    .filter((line) => !/^\d+ Stacks? (deploying|destroying)/.test(line))
    .join('\n')
    .trimEnd()
    .split('\n');
  const first = lines.findIndex((line) => telling.test(line));
  const part = first >= 0 ? lines.slice(first, first + 40) : lines.slice(-40);
  return part.map((line) => `  ${line}`).join('\n');
}

/** What went wrong, and what to do. */
function explain(error: unknown, flags: Flags): string {
  if (error instanceof StartError) return `${error.message}\n\nwhat to do: ${error.remedy}`;
  if (!(error instanceof DeploymentError)) {
    const { message, stack } = error as Error;
    return `${message}\n\nwhat to do: run it again; if it fails again, this is where it broke:\n${stack}`;
  }
  const noProvider = /Failed to query available provider packages|Failed to install provider/.test(
    error.output,
  );
  const remedy = noProvider
    ? flags.providers === 'real'
      ? 'let terraform init find hashicorp/azurerm and Azure/azapi: open the way to a registry, or name a mirror\n' +
        "with TF_CLI_CONFIG_FILE (provider_installation), or run 'npm start' without --providers real"
      : "this is a mistake of the project: the stack asks for a provider for which there is no stand-in; '--providers real' may work"
    : 'mend what the error names and run it again; nothing of this run is left, so it starts afresh';
  return `${error.command} failed with exit code ${error.exitCode}:\n${excerpt(error.output)}\n\nwhat to do: ${remedy}`;
}

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  const progress = new Progress(process.stdout);
  const stop = new AbortController();
  // 128 + the signal's number, as shells have it.
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  let code = 0;
  for (const [signal, status] of Object.entries(codes)) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      code = status;
      progress.line('\nstopping everything that was started …');
      stop.abort();
    });
  }
  const run = new Run(flags, progress, stop.signal);
  try {
    await run.take();
  } catch (error) {
    if (!stop.signal.aborted) {
      code = 1;
      process.stderr.write(`\n${explain(error, flags)}\n`);
    }
  }
  await run.close();
  if (stop.signal.aborted) progress.line('stopped; nothing is left behind');
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
