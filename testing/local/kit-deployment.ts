import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { userTag } from '../../relay/tags';
import { SUBSCRIPTION_ID } from '../../local/azure';
import { COMMUNICATION_TYPE } from '../../local/azure/services/communication/resource-types';
import { hubCredentials } from '../../local/azure/services/notification-hubs/credentials';
import { HUB_TYPE } from '../../local/azure/services/notification-hubs/resource';
import type {
  DeliveredPush,
  DeploymentRequest,
  LocalPlan,
  LocalResource,
  LocalSender,
  PretendUser,
  RunningDeployment,
} from './contract';
import { adaptStack } from './adapted-stack';
import { ControlClient } from './control-client';
import { Deployment, synthesizedFile } from './deployment';
import type { Leftovers } from './leftovers';
import type { LocalCloud } from './local-cloud';
import { pretendUser, registerInstallations, type PhonePlatform } from './pretend-devices';

/** How long pushes may take to arrive, in milliseconds: a busy machine is not an error. */
const PUSH_DEADLINE_MS = 180_000;

interface Phones {
  /** ARM id of the Communication Services resource whose user it is. */
  readonly acsId: string;
  readonly platforms: readonly PhonePlatform[];
}

/** Stacks in a local Azure of their own, see {@link RunningDeployment}. */
export class KitDeployment implements RunningDeployment {
  private readonly stacks: ReadonlyMap<string, Deployment>;
  private readonly stop = new AbortController();
  private readonly controlClient: ControlClient;
  private readonly phones = new Map<string, Phones>();
  private closing?: Promise<void>;
  outputs: Readonly<Record<string, unknown>> = {};
  secondPlan: LocalPlan = { changes: [], destroyed: [], text: '' };

  constructor(
    private readonly cloud: LocalCloud,
    private readonly request: DeploymentRequest,
    private readonly leftovers: Leftovers,
  ) {
    const { folder, variables, environment, onLine } = request;
    const values = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
    this.stacks = new Map(
      request.stacks.map((stack) => [
        stack,
        new Deployment({
          stack,
          folder,
          environment: {
            ...cloud.environmentFor(synthesizedFile({ folder, stack })),
            ...Object.fromEntries(values),
            ...environment,
          },
          signal: this.stop.signal,
          leftovers,
          onLine,
        }),
      ]),
    );
    this.controlClient = new ControlClient(
      cloud.azure.endpoints.control,
      cloud.azure.endpoints.controlToken,
      this.stop.signal,
    );
  }

  get environment(): Readonly<Record<string, string>> {
    return this.cloud.environment;
  }

  async outputsOf(stack: string): Promise<Record<string, unknown>> {
    const deployment = this.stacks.get(stack);
    if (deployment) return deployment.outputs();
    throw new Error(`no stack '${stack}' was deployed; known are: ${this.request.stacks.join(', ')}`);
  }

  resources(type?: string): LocalResource[] {
    // Beside what lies in the subscription, local Azure keeps notes of its own.
    return this.cloud.azure.context.store
      .list({ type, below: `/subscriptions/${SUBSCRIPTION_ID}` })
      .map(({ id, name, type: of, location, tags, properties }) => ({
        id,
        name,
        type: of,
        location,
        tags,
        properties,
      }));
  }

  linkedHub(communicationServiceId?: string): string | undefined {
    const linked = this.service(communicationServiceId).properties.notificationHubId;
    return typeof linked === 'string' && linked ? linked : undefined;
  }

  async user(name: string, phones?: 'relay' | 'acs'): Promise<PretendUser> {
    const { id: acsId, properties } = this.service();
    const user = pretendUser(name, String(properties.immutableResourceId));
    const relayHubs = this.relayHubs();
    const registered = phones ?? (relayHubs.length > 0 ? 'relay' : 'acs');
    const hubIds = registered === 'relay' ? relayHubs : [this.linkedHub(acsId) ?? []].flat();
    if (hubIds.length === 0) {
      throw new Error(
        registered === 'relay'
          ? `no hub of a relay is there for the phones of ${name}: every hub is linked; use user('${name}', 'acs')`
          : `${acsId} is linked to no hub, so that nothing could reach the phones of ${name}`,
      );
    }
    const platforms = platformsOf(this.cloud, hubIds[0]!);
    if (registered === 'acs') {
      for (const [platform, handle] of [
        ['apns', user.apnsHandle],
        ['fcmv1', user.fcmHandle],
      ] as const) {
        if (!platforms.includes(platform)) continue;
        await this.control('POST', '/devices', { acsId, rawId: user.rawId, platform, handle });
      }
    } else {
      const { reader, transport } = this.cloud;
      for (const hubId of hubIds) {
        await registerInstallations(reader, hubId, user, userTag(user.rawId), transport, platforms);
      }
    }
    this.phones.set(user.rawId, { acsId, platforms });
    return user;
  }

  call(user: PretendUser, { from, displayName = 'Somebody' }: LocalSender = {}): Promise<DeliveredPush[]> {
    return this.reaching(user, ({ acsId }) =>
      this.control('POST', '/calls', {
        acsId,
        from: from ?? this.stranger(acsId),
        to: user.rawId,
        callerDisplayName: displayName,
      }),
    );
  }

  chatMessage(
    user: PretendUser,
    text: string,
    { from, displayName = 'Somebody' }: LocalSender = {},
  ): Promise<DeliveredPush[]> {
    return this.reaching(user, ({ acsId }) =>
      this.control('POST', '/chat-messages', {
        acsId,
        from: from ?? this.stranger(acsId),
        to: [user.rawId],
        senderDisplayName: displayName,
        text,
      }),
    );
  }

  inbox(user?: PretendUser): DeliveredPush[] {
    const { inbox } = this.cloud.azure.context;
    return inbox.filter(({ handle }) => !user || handle === user.apnsHandle || handle === user.fcmHandle);
  }

  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.controlClient.send<T>(method, path, body);
  }

  async planFolder(): Promise<LocalPlan> {
    // With `prevent_destroy` Terraform stops at the first resource in place of telling all.
    this.adapt(true);
    const plans: LocalPlan[] = [];
    for (const [stack, deployment] of this.stacks) {
      const plan = await deployment.plan();
      const { changes } = plan.changes ? await deployment.showPlan(plan) : { changes: [] };
      const real = changes
        .filter(({ change }) => !/^(no-op|read)$/.test(change.actions.join()))
        .map(({ address, type, change }) => ({ stack, address, type, actions: change.actions }));
      plans.push({ changes: real, destroyed: [], text: plan.text });
    }
    const changes = plans.flatMap((plan) => plan.changes);
    return {
      changes,
      destroyed: changes.flatMap(({ actions, address }) => (actions.includes('delete') ? address : [])),
      text: plans.map(({ text }) => text).join('\n'),
    };
  }

  async applyFolder(): Promise<void> {
    this.adapt();
    let last: Deployment | undefined;
    for (const deployment of this.stacks.values()) {
      await deployment.terraform(['init', '-input=false', '-no-color']);
      await deployment.apply(await deployment.plan());
      last = deployment;
    }
    if (last) this.outputs = await last.outputs();
  }

  async planAgain(): Promise<void> {
    this.secondPlan = await this.planFolder();
  }

  async destroyFolder(): Promise<void> {
    this.adapt(true);
    for (const deployment of [...this.stacks.values()].reverse()) {
      await deployment.terraform(['destroy', '-auto-approve', '-input=false', '-no-color']);
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    this.stop.abort();
    await Promise.all([...this.stacks.values()].map((deployment) => deployment.idle()));
    await this.cloud.close();
    rmSync(this.request.folder, { recursive: true, force: true });
    this.leftovers.close();
  }

  private adapt(destroyable = false): void {
    for (const [stack, { stackFolder, folder }] of this.stacks) {
      adaptStack(join(stackFolder, 'cdk.tf.json'), { stack, states: join(folder, 'state'), destroyable });
    }
  }

  /** The one of that id, or the one there is. */
  private service(id?: string): LocalResource {
    const found = this.resources(COMMUNICATION_TYPE).filter(
      (resource) => id === undefined || resource.id.toLowerCase() === id.toLowerCase(),
    );
    if (found.length === 1) return found[0]!;
    const known = this.resources(COMMUNICATION_TYPE).map((resource) => `\n  ${resource.id}`);
    throw new Error(
      `expected one Communication Services resource${id ? ` ${id}` : ''}, got ${found.length}; there are:${known.join('') || ' none'}`,
    );
  }

  /** Hubs that no Communication Services resource sends to; those for VoIP take tokens of their own. */
  private relayHubs(): string[] {
    const linked = this.resources(COMMUNICATION_TYPE).map(({ properties }) =>
      String(properties.notificationHubId).toLowerCase(),
    );
    return this.cloud.azure.context.store
      .list({ type: HUB_TYPE })
      .filter(({ id }) => !linked.includes(id.toLowerCase()))
      .filter((hub) => !String(hubCredentials(hub).apnsCredential?.appName).endsWith('.voip'))
      .map(({ id }) => id);
  }

  private stranger(acsId: string): string {
    const { properties } = this.service(acsId);
    return pretendUser('Somebody', String(properties.immutableResourceId)).rawId;
  }

  /** Does something, and waits until each phone of the user was reached since. */
  private async reaching(
    user: PretendUser,
    act: (phones: Phones) => Promise<unknown>,
  ): Promise<DeliveredPush[]> {
    const phones = this.phones.get(user.rawId);
    if (!phones) throw new Error(`${user.name} has no phones here: make users with user('${user.name}')`);
    const before = this.inbox(user).length;
    await act(phones);
    const deadline = Date.now() + PUSH_DEADLINE_MS;
    for (;;) {
      const arrived = this.inbox(user).slice(before);
      const reached = new Set(arrived.map(({ service }) => service));
      if (phones.platforms.every((platform) => reached.has(platform))) return arrived;
      if (Date.now() > deadline) {
        const deliveries = await this.control<unknown>('GET', '/event-grid/deliveries');
        throw new Error(
          `after ${PUSH_DEADLINE_MS / 1000} s pushes to ${user.name} have reached ${[...reached].join(', ') || 'no phone'}, ` +
            `expected ${phones.platforms.join(', ')}; Event Grid's deliveries: ${JSON.stringify(deliveries)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function platformsOf({ azure }: LocalCloud, hubId: string): PhonePlatform[] {
  const hub = azure.context.store.get(hubId);
  const credentials = hub ? hubCredentials(hub) : {};
  return [
    ...(credentials.apnsCredential ? (['apns'] as const) : []),
    ...(credentials.fcmV1Credential ? (['fcmv1'] as const) : []),
  ];
}
