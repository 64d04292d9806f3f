import {
  LOG_LOOK_BACK,
  LINK_OPERATION,
  readOperations,
  REGENERATE_OPERATION,
  type LoggedOperation,
} from './activity-log';
import { API_VERSIONS } from './api-versions';
import type { ArmResource, AzureReader } from './azure';
import { AzureError } from './azure-error';
import { parseConnectionString } from './connection-string';
import type { KeyName, LinkExpectation } from './expectation';
import type { HubClient, PushPlatform } from './hub-client';
import { fingerprints, listKeys, readRule } from './hub-rule';
import { floorMinute, METRIC_LAG, MetricTable, MINUTE, readMetrics } from './metrics';
import type { Observation, ProbeResult, Reading, RuleFacts } from './observation';
import { factsOf, type PnsCredentialFacts } from './pns-credentials';
import { readLink, type LinkReading } from './read-link';
import { parseResourceId } from './resource-id';

/** Requests to ARM that one look sends at most (a page of the activity log more now and then). */
export const LOOK_COST = { full: 8, light: 3 } as const;

/** How far back the first look reads metrics, milliseconds: calls of that time prove a link of long ago. */
const METRIC_HISTORY = 6 * 60 * MINUTE;

export interface ObserverPorts {
  readonly azure: AzureReader;
  /** Without one, nothing is sent to the hub. */
  readonly hub?: HubClient;
  /** Azure's time as well as it is known, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by which that is ahead of this machine's clock. */
  readonly skew: () => number;
}

/** Looks at Azure, again and again, and remembers the last good answer to each question. */
export class Observer {
  private readonly table = new MetricTable();
  private readonly probeTimes: number[] = [];
  private metricsFrom: number | undefined;
  private since: number | undefined;
  private service: Reading<LinkReading | undefined> = {};
  private hub: Reading<ArmResource | undefined> = {};
  private rule: Reading<RuleFacts | undefined> = {};
  private credentials: Reading<PnsCredentialFacts | undefined> = {};
  private keys: Reading<Readonly<Record<KeyName, string>> | undefined> = {};
  private probe: Reading<ProbeResult> = {};
  private links: Reading<readonly LoggedOperation[]> = {};
  private regenerations: Reading<readonly LoggedOperation[]> = {};
  private metrics: Reading<MetricTable> = {};

  constructor(
    private readonly ports: ObserverPorts,
    private readonly expectation: LinkExpectation,
  ) {}

  /**
   * @param full asks everything anew; otherwise only what moves by itself (link, activity log, metrics) and what was
   *   not answered before
   */
  async look(full: boolean, signal?: AbortSignal): Promise<Observation> {
    const { azure } = this.ports;
    const { communicationServiceId, notificationHubId, ruleId } = this.expectation;

    // The first answer tells Azure's time, which the questions about time need.
    this.service = await this.ask(this.service, () => readLink(azure, communicationServiceId, signal));
    this.since ??= this.ports.now();
    const again = ({ answer, error }: Reading<unknown>) => full || (error ? mayBeMended(error) : !answer);
    await Promise.all([
      this.lookAtActivityLog(again(this.regenerations), signal),
      again(this.hub) &&
        this.ask(this.hub, () => azure.get(notificationHubId, API_VERSIONS.notificationHubs, signal)).then(
          (reading) => (this.hub = reading),
        ),
      again(this.rule) &&
        this.ask(this.rule, () => readRule(azure, ruleId, signal)).then((reading) => (this.rule = reading)),
      again(this.credentials) &&
        this.ask(this.credentials, async () => {
          const answer = await azure.act(
            notificationHubId,
            'pnsCredentials',
            API_VERSIONS.notificationHubs,
            undefined,
            signal,
          );
          return answer === undefined ? undefined : factsOf(answer);
        }).then((reading) => (this.credentials = reading)),
    ]);
    // Before the probe, so that the minute it moves is never the newest one that this look reads.
    await this.lookAtMetrics(signal);
    if (this.ports.hub && this.needsProbe(full)) await this.lookAtDataPlane(this.ports.hub, signal);

    return {
      now: this.ports.now(),
      skew: this.ports.skew(),
      since: this.since,
      service: this.service,
      hub: this.hub,
      rule: this.rule,
      credentials: this.credentials,
      keys: this.keys,
      probe: this.probe,
      probeTimes: [...this.probeTimes],
      links: this.links,
      regenerations: this.regenerations,
      metrics: this.metrics,
      probing: this.ports.hub !== undefined,
    };
  }

  /** What the newest look could not read, though it may be read later. */
  outages(): AzureError[] {
    const readings = [
      this.service,
      this.hub,
      this.rule,
      this.credentials,
      this.keys,
      this.probe,
      this.links,
      this.regenerations,
      this.metrics,
    ];
    return readings.flatMap(({ error }) => (error?.transient ? [error] : []));
  }

  private async lookAtActivityLog(regenerationsToo: boolean, signal?: AbortSignal): Promise<void> {
    const { azure } = this.ports;
    const { communicationServiceId, ruleId } = this.expectation;
    const now = this.ports.now();
    const from = now - LOG_LOOK_BACK;
    const read = (id: string, operation: string) => readOperations(azure, id, operation, from, now, signal);
    await Promise.all([
      this.ask(this.links, () => read(communicationServiceId, LINK_OPERATION)).then(
        (reading) => (this.links = reading),
      ),
      regenerationsToo &&
        this.ask(this.regenerations, () => read(ruleId, REGENERATE_OPERATION)).then(
          (reading) => (this.regenerations = reading),
        ),
    ]);
  }

  private async lookAtMetrics(signal?: AbortSignal): Promise<void> {
    const now = this.ports.now();
    const from = floorMinute(this.metricsFrom ?? now - METRIC_HISTORY);
    this.metrics = await this.ask(this.metrics, () =>
      readMetrics(this.ports.azure, this.expectation.notificationHubId, from, now, this.table, signal),
    );
    // Minutes older than that do not change any more.
    if (!this.metrics.error) this.metricsFrom = now - 2 * METRIC_LAG;
  }

  /** Once is enough when the hub took everything: each further probe would move the baseline. */
  private needsProbe(full: boolean): boolean {
    const { answer, error } = this.probe;
    const unanswered = error ?? this.keys.error;
    if (unanswered) return full || mayBeMended(unanswered);
    return !answer || answer.value.sends.some(({ status }) => status !== 201);
  }

  private async lookAtDataPlane(client: HubClient, signal?: AbortSignal): Promise<void> {
    const { azure, now } = this.ports;
    const { notificationHubId, ruleId, key = 'primary' } = this.expectation;
    const hubName = parseResourceId(notificationHubId).name;
    let strings: Awaited<ReturnType<typeof listKeys>>;
    this.keys = await this.ask(this.keys, async () => {
      strings = await listKeys(azure, ruleId, signal);
      return strings && fingerprints(strings);
    });
    if (!strings) return;
    const connection = parseConnectionString(strings[key]);
    this.probe = await this.ask(this.probe, async () => {
      try {
        const listenStatus = await client.listen(connection, hubName, signal);
        const manageStatus = await client.manage(connection, hubName, signal);
        const sends: { platform: PushPlatform; status: number }[] = [];
        for (const platform of this.platforms()) {
          sends.push({ platform, status: await client.send(connection, hubName, platform, signal) });
        }
        return { time: now(), key, sends, listenStatus, manageStatus };
      } finally {
        this.probeTimes.push(now());
      }
    });
  }

  private platforms(): PushPlatform[] {
    const facts = this.credentials.answer?.value;
    const { apns, fcmV1 } = this.expectation;
    if (facts)
      return [...(facts.apns ? (['apns'] as const) : []), ...(facts.fcmV1 ? (['fcmV1'] as const) : [])];
    if (!apns && !fcmV1) return ['apns', 'fcmV1'];
    return [...(apns ? (['apns'] as const) : []), ...(fcmV1 ? (['fcmV1'] as const) : [])];
  }

  private async ask<T>(before: Reading<T>, question: () => Promise<T>): Promise<Reading<T>> {
    try {
      const value = await question();
      return { answer: { value, time: this.ports.now() } };
    } catch (error) {
      if (error instanceof AzureError) return { ...before, error };
      throw error;
    }
  }
}

function mayBeMended(error: AzureError): boolean {
  return error.transient || error.kind === 'budget';
}
