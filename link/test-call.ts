import { API_VERSIONS } from './api-versions';
import type { ArmResource } from './arm-resource';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { CallInProgress, CallPlacer } from './call-placer';
import { calleeKind } from './callee';
import type { Clock } from './clock';
import { ceilMinute, floorMinute, METRIC_LAG, MINUTE } from './metrics';
import {
  COMMUNICATION_SERVICE_TYPE,
  NOTIFICATION_HUB_TYPE,
  parseResourceId,
  sameResourceId,
} from './resource-id';
import { completeAt, WatchedHub, type CallSpan, type HubRole } from './test-call-counts';
import { refusedCallRemedy } from './test-call-remedies';
import type { TestCallReport } from './test-call-report';
import { busyHub, judge, notRead, type Judgement } from './test-call-verdict';
import { NEEDED_ROLES } from './roles';

/** Milliseconds that a phone rings before it is hung up. */
export const RING_FOR = 15_000;

/** Milliseconds that a call may take in all: a fresh minute, the ring, its minute, and the lag of the metrics. */
export const TEST_CALL_TIMEOUT = METRIC_LAG + 4 * MINUTE;

/** Milliseconds between looks: the first wait, its growth, and the longest wait. */
const LOOKS = { first: 5_000, factor: 1.5, longest: 30_000 } as const;

/** A call is placed this long after a minute has begun, so that both clocks agree on which one it is, milliseconds. */
const INTO_THE_MINUTE = 2_000;

const CALLER = 'acs-push test-call';

/** What a test call works with. */
export interface TestCallPorts {
  /** Reads Azure Resource Manager. */
  readonly azure: AzureReader;
  /** Places the call and hangs up. */
  readonly calls: CallPlacer;
  /** Tells the time and waits. */
  readonly clock: Clock;
}

/** Who is called, by which resource, and the hubs that are watched meanwhile. */
export interface TestCallTarget {
  /** ARM id of the Communication Services resource. */
  readonly communicationServiceId: string;
  /** Raw id of whoever is called. */
  readonly user: string;
  /** Where Call Automation sends the events of the call: public, https. Nobody needs to listen there. */
  readonly callback: string;
  /** Hubs of a relay, which may ring this user too. The linked hub is found by itself. */
  readonly relayHubIds?: readonly string[];
  /** The relay's hub for PushKit tokens. */
  readonly voipHubId?: string;
  /** The hub that should be linked; that another one is, is said. */
  readonly expectedHubId?: string;
  /** Number of the resource that a phone number is called from. */
  readonly callerId?: string;
}

/** How far a test call is. */
export type TestCallStep = 'waiting for a fresh minute' | 'ringing' | 'hung up';

/** How a test call goes. */
export interface TestCallOptions {
  /** Milliseconds after which it hangs up. @default RING_FOR */
  readonly ringFor?: number;
  /** Milliseconds, of everything. @default TEST_CALL_TIMEOUT */
  readonly timeout?: number;
  /**
   * Places the call when a new minute begins, so that what was sent just before, such as the probe of a
   * verification, is counted in another. @default true
   */
  readonly freshMinute?: boolean;
  /** Hangs up and ends the wait at once, with what is known by then. @default - nothing ends it before its time */
  readonly signal?: AbortSignal;
  /** Told of every step. @default - nobody is told */
  readonly onStep?: (step: TestCallStep) => void;
}

/**
 * Rings a user through Call Automation, hangs up, and finds out from the hubs' metrics what became of the pushes.
 * @throws CalleeError when the raw id is nobody who can be called
 * @throws ResourceIdError when an id is malformed
 * @throws AzureError of kind `credentials` when there is nobody to sign in as
 */
export async function placeTestCall(
  ports: TestCallPorts,
  target: TestCallTarget,
  options: TestCallOptions = {},
): Promise<TestCallReport> {
  calleeKind(target.user);
  parseResourceId(target.communicationServiceId, COMMUNICATION_SERVICE_TYPE);
  for (const [id] of relayHubs(target)) parseResourceId(id, NOTIFICATION_HUB_TYPE);
  return new TestCall(ports, target, options).run();
}

function relayHubs({ voipHubId, relayHubIds = [] }: TestCallTarget): (readonly [string, HubRole])[] {
  return [
    ...(voipHubId === undefined ? [] : [[voipHubId, 'voip'] as const]),
    ...relayHubIds.map((id) => [id, 'relay'] as const),
  ];
}

class TestCall {
  private readonly hubs: WatchedHub[] = [];
  private call: TestCallReport['call'];
  private span: CallSpan | undefined;
  private readonly notes: string[] = [];
  private readonly deadline: number;

  constructor(
    private readonly ports: TestCallPorts,
    private readonly target: TestCallTarget,
    private readonly options: TestCallOptions,
  ) {
    this.deadline = ports.clock.now() + (options.timeout ?? TEST_CALL_TIMEOUT);
  }

  async run(): Promise<TestCallReport> {
    try {
      return await this.take();
    } catch (error) {
      if (this.options.signal?.aborted) return this.cancelled();
      throw error;
    }
  }

  private async take(): Promise<TestCallReport> {
    const { signal } = this.options;
    const resource = await this.readResource();
    if ('verdict' in resource) return this.report(resource, 'final');
    const obstacle = await this.prepare(resource);
    if (obstacle) return this.report(obstacle, 'final');
    await this.awaitFreshMinute();
    if (signal?.aborted) return this.cancelled();
    let ringing: CallInProgress;
    const placedAt = this.azureNow();
    try {
      // Not by the signal: a call that was placed while it aborted could not be hung up.
      ringing = await this.ports.calls.place({
        host: String(resource.properties.hostName),
        to: this.target.user,
        callback: this.target.callback,
        displayName: CALLER,
        ...(this.target.callerId === undefined ? {} : { callerId: this.target.callerId }),
      });
    } catch (error) {
      return this.report(notPlaced(error), 'final');
    }
    return this.follow(ringing, placedAt);
  }

  private async readResource(): Promise<ArmResource | Judgement> {
    const { communicationServiceId } = this.target;
    try {
      const found = await this.ports.azure.get(
        communicationServiceId,
        API_VERSIONS.communication,
        this.options.signal,
      );
      if (found) return found;
    } catch (error) {
      return notPlaced(error, readerRemedy);
    }
    return {
      verdict: 'call-not-placed',
      evidence: `there is no Communication Services resource ${communicationServiceId}`,
      remedy: 'deploy it, or name the one that the app uses',
      mendable: true,
      certain: 'now',
    };
  }

  /** Finds the hubs and reads what they count without the call; answers why there is no point in calling. */
  private async prepare(resource: ArmResource): Promise<Judgement | undefined> {
    const { azure } = this.ports;
    const linked = resource.properties.notificationHubId;
    if (typeof linked === 'string' && linked !== '') this.hubs.push(new WatchedHub(linked, 'linked', azure));
    for (const [id, role] of relayHubs(this.target)) {
      if (!this.hubs.some((hub) => sameResourceId(hub.id, id)))
        this.hubs.push(new WatchedHub(id, role, azure));
    }
    if (this.hubs.length === 0) {
      return {
        verdict: 'call-not-placed',
        evidence: 'the resource is linked to no hub: a call would ring no phone in the background',
        remedy: 'link it: deploy its stack',
        mendable: true,
        certain: 'now',
      };
    }
    if (this.hubs[0]!.role !== 'linked') {
      this.notes.push("the resource is linked to no hub: only the relay's hubs were watched");
    }
    const { expectedHubId: expected } = this.target;
    if (typeof linked === 'string' && expected !== undefined && !sameResourceId(linked, expected)) {
      this.notes.push(`the resource is linked to ${linked}, expected was ${expected}; see 'acs-push verify'`);
    }
    for (const hub of this.hubs) {
      const error = await hub.readBaseline(this.azureNow(), this.options.signal);
      if (error?.kind === 'credentials') throw error;
      // Nobody is rung when it is certain that the answer cannot be read.
      if (error?.kind === 'rejected') return unusable(hub.id, error);
      if (error && !error.transient) return notRead(hub.id, error);
      // A relay's hub decides nothing where the linked one saw the call.
      const before = hub.role === 'linked' ? hub.busyBefore(this.azureNow()) : undefined;
      if (before !== undefined) return busyHub(hub.id, hub.role, before);
    }
    return undefined;
  }

  private async awaitFreshMinute(): Promise<void> {
    if (this.options.freshMinute === false) return;
    this.options.onStep?.('waiting for a fresh minute');
    const now = this.azureNow();
    await this.ports.clock.sleep(ceilMinute(now + 1) + INTO_THE_MINUTE - now, this.options.signal);
  }

  /** Rings, hangs up whatever happens, and looks until the answer is certain. */
  private async follow(ringing: CallInProgress, placedAt: number): Promise<TestCallReport> {
    const { clock } = this.ports;
    const { ringFor = RING_FOR, signal, onStep } = this.options;
    const ringEnd = this.azureNow() + ringFor;
    onStep?.('ringing');
    // Known from now on, so that a failure below loses no more than it has to.
    this.span = { from: floorMinute(placedAt), to: floorMinute(ringEnd) + MINUTE };
    let answered: boolean | undefined;
    try {
      const left = Math.min(ringEnd - this.azureNow(), this.deadline - clock.now());
      await clock.sleep(Math.max(0, left), signal);
      answered = await ringing.answered(signal).catch(() => undefined);
    } finally {
      await this.hangUp(ringing);
    }
    const hungUpAt = this.azureNow();
    this.call = {
      id: ringing.id,
      placedAt: iso(placedAt),
      hungUpAt: iso(hungUpAt),
      ...(answered === undefined ? {} : { answered }),
    };
    this.span = { from: floorMinute(placedAt), to: floorMinute(Math.max(ringEnd, hungUpAt)) + MINUTE };
    if (answered) this.notes.push('the call was answered');
    onStep?.('hung up');
    return this.watch(this.span);
  }

  private async hangUp(ringing: CallInProgress): Promise<void> {
    try {
      await ringing.hangUp();
    } catch (error) {
      this.notes.push(
        `the call could not be hung up: ${(error as Error).message}; it ends by itself when nobody answers`,
      );
    }
  }

  private async watch(span: CallSpan): Promise<TestCallReport> {
    const { clock } = this.ports;
    const { signal } = this.options;
    let interval: number = LOOKS.first;
    let last: string | undefined;
    for (;;) {
      if (signal?.aborted) return this.cancelled();
      let retryAfter = 0;
      for (const hub of this.hubs) {
        const error = await hub.look(this.azureNow(), signal);
        retryAfter = Math.max(retryAfter, error?.details.retryAfter ?? 0);
      }
      const complete = this.azureNow() >= completeAt(span);
      const found = judge(
        this.hubs.map((hub) => hub.counts(span)),
        complete,
      );
      const seen = `${found.verdict}: ${found.evidence}`;
      if (complete || found.certain === 'now' || (found.certain === 'when seen twice' && seen === last)) {
        return this.report(found, 'final');
      }
      if (clock.now() >= this.deadline) return this.report(inTime(found), 'timeout');
      last = seen;
      const untilComplete = completeAt(span) - this.azureNow();
      const pause = Math.max(Math.min(interval, untilComplete), retryAfter);
      await clock.sleep(Math.max(0, Math.min(pause, this.deadline - clock.now())), signal);
      interval = Math.min(interval * LOOKS.factor, LOOKS.longest);
    }
  }

  private cancelled(): TestCallReport {
    const found = this.span
      ? judge(
          this.hubs.map((hub) => hub.counts(this.span!)),
          false,
        )
      : undefined;
    if (found?.certain === 'now') return this.report(found, 'cancelled');
    return this.report(
      {
        verdict: 'unknown',
        evidence: found
          ? `ended before it was known; by then ${found.evidence}`
          : 'ended before there was a call',
        certain: 'now',
      },
      'cancelled',
    );
  }

  private report(found: Judgement, ended: TestCallReport['ended']): TestCallReport {
    const { span } = this;
    const hubs = span ? this.hubs.map((hub) => hub.counts(span)) : [];
    const others = hubs.filter(({ before, id }) => before > 0 && id === found.hubId);
    const notes = [
      ...this.notes,
      ...others.map(
        ({ before }) =>
          `the hub accepted ${before} other pushes in the ten minutes before; metrics do not say whose a push was`,
      ),
      ...(hubs.some(({ id, role }) => role === 'relay' && id === found.hubId) ? [MISSED_CALL] : []),
      ...(found.verdict === 'nobody-registered' ? [NOT_DOCUMENTED] : []),
    ];
    return {
      version: 1,
      verdict: found.verdict,
      ...(found.hubId === undefined ? {} : { notificationHubId: found.hubId }),
      evidence: found.evidence,
      ...(found.remedy === undefined ? {} : { remedy: found.remedy }),
      mendable: found.mendable === true,
      communicationServiceId: this.target.communicationServiceId,
      user: this.target.user,
      ...(this.call ? { call: this.call } : {}),
      ...(span ? { span: { from: iso(span.from), to: iso(span.to) } } : {}),
      hubs: hubs.map(({ id, role, accepted, refused, outcomes, before, error }) => ({
        notificationHubId: id,
        role,
        accepted,
        refused,
        outcomes,
        before,
        ...(error ? { error: error.message } : {}),
      })),
      ended,
      time: iso(this.azureNow()),
      notes,
    };
  }

  private azureNow(): number {
    return this.ports.azure.azureNow() ?? this.ports.clock.now();
  }
}

const NOT_DOCUMENTED =
  'nobody documents that a call by Call Automation is pushed like one from an app: when a call from another phone rings, it is not';

const MISSED_CALL =
  'after a ring the relay tells of a missed call: the metrics do not say which of the two pushes they counted';

/** @throws what is no refusal of Azure, and the error of a sign-in that did not happen */
function notPlaced(
  error: unknown,
  remedyOf: (error: AzureError) => string | undefined = refusedCallRemedy,
): Judgement {
  if (!(error instanceof AzureError)) throw error;
  if (error.kind === 'credentials' && error.details.status === undefined) throw error;
  const remedy = remedyOf(error);
  return {
    verdict: 'call-not-placed',
    evidence: error.message,
    ...(remedy === undefined ? {} : { remedy }),
    // The same call may go better later: nothing is known to be wrong.
    ...(error.transient ? {} : { mendable: true }),
    certain: 'now',
  };
}

/** Of a hub that is gone: Azure Monitor knows none of its metrics. */
function unusable(hubId: string, error: AzureError): Judgement {
  return {
    verdict: 'call-not-placed',
    evidence: error.message,
    remedy: "deploy the stack, which makes what is gone; 'acs-push verify' says what is wrong with a hub",
    hubId,
    mendable: true,
    certain: 'now',
  };
}

function readerRemedy(error: AzureError): string | undefined {
  if (error.kind !== 'forbidden') return refusedCallRemedy(error);
  const { role, operation } = NEEDED_ROLES.service;
  return `give the signed-in principal the role '${role}' on the Communication Services resource, or a role with ${operation}`;
}

function inTime(found: Judgement): Judgement {
  if (found.verdict === 'unknown') return found;
  return {
    verdict: 'unknown',
    evidence: `time was up before it was certain; by then ${found.evidence}`,
    ...(found.remedy === undefined ? {} : { remedy: found.remedy }),
    ...(found.hubId === undefined ? {} : { hubId: found.hubId }),
    certain: 'when complete',
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
