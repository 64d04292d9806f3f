import {
  LOG_LOOK_BACK,
  LINK_OPERATION,
  readOperations,
  REGENERATE_OPERATION,
  type LoggedOperation,
} from './activity-log';
import { API_VERSIONS } from './api-versions';
import type { ArmResource } from './arm-resource';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { parseConnectionString } from './connection-string';
import { linkOf, type HubExpectation, type KeyName, type LinkExpectation } from './expectation';
import type { HubClient, SendOutcomes } from './hub-client';
import { fingerprints, listKeys, readRule } from './hub-rule';
import { readRefusalHistory } from './refusal-history';
import { floorMinute, METRIC_LAG, MetricTable, MINUTE, readMetrics } from './metrics';
import { isMixedMinute, minuteOf } from './mixed-minute';
import { readNamespace, type NamespaceFacts } from './namespace';
import { readOtherSenders } from './other-senders';
import { expectedPlatforms, isVoip } from './platforms';
import type { Observation, ProbeResult, Reading, RuleFacts } from './observation';
import { factsOf, type PnsCredentialFacts } from './pns-credentials';
import { readLink, type LinkReading } from './read-link';
import { parseResourceId } from './resource-id';

/** Requests to ARM that one look sends at most (a page more of the activity log or of a list now and then). */
export const LOOK_COST = { full: 10, light: 3 } as const;

/** How far back the first look reads metrics, milliseconds: calls of that time prove a link of long ago. */
const METRIC_HISTORY = 6 * 60 * MINUTE;

/**
 * The rule with every right that Azure makes with each hub. What became of a message is asked with it: no page says that
 * a right to send is enough.
 */
const FULL_RULE = 'DefaultFullSharedAccessSignature';

/**
 * Times that the hub is asked what became of a push, and milliseconds between. All of it right after the send: a hub
 * counts a question that it has no answer to as a failed request, and those must not look like calls being refused.
 */
const TELEMETRY_ATTEMPTS = 10;
const TELEMETRY_INTERVAL = 1_000;

/** On a hub in use every minute is shared, and what others send proves its credentials. */
const MOST_PROBES = 3;

export interface ObserverPorts {
  readonly azure: AzureReader;
  /** Without one, nothing is sent to the hub. */
  readonly hub?: HubClient;
  /** Azure's time as well as it is known, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by which that is ahead of this machine's clock. */
  readonly skew: () => number;
  readonly sleep: Clock['sleep'];
}

/** Looks at Azure, again and again, and remembers the last good answer to each question. */
export class Observer {
  private readonly table = new MetricTable();
  private readonly probeTimes: number[] = [];
  private readonly failedProbeTimes: number[] = [];
  /** From when on the next look reads metrics, and from when on they have been read at all. */
  private metricsAgainFrom: number | undefined;
  private metricsFrom = 0;
  private outcomesFrom = 0;
  private historyRead = false;
  private skewAtStart: number | undefined;
  private since: number | undefined;
  private service: Reading<LinkReading | undefined> = {};
  private hub: Reading<ArmResource | undefined> = {};
  private namespace: Reading<NamespaceFacts | undefined> = {};
  private rule: Reading<RuleFacts | undefined> = {};
  private credentials: Reading<PnsCredentialFacts | undefined> = {};
  private keys: Reading<Readonly<Record<KeyName, string>> | undefined> = {};
  private otherSenders: Reading<readonly string[]> = {};
  private probe: Reading<ProbeResult> = {};
  private probeOutcomes: SendOutcomes = {};
  private links: Reading<readonly LoggedOperation[]> = {};
  private regenerations: Reading<readonly LoggedOperation[]> = {};
  private metrics: Reading<MetricTable> = {};

  constructor(
    private readonly ports: ObserverPorts,
    private readonly expectation: HubExpectation | LinkExpectation,
  ) {}

  /**
   * @param full asks everything anew; otherwise only what moves by itself (link, activity log, metrics) and what was
   *   not answered before
   */
  async look(full: boolean, signal?: AbortSignal): Promise<Observation> {
    const { azure } = this.ports;
    const { notificationHubId, ruleId } = this.expectation;
    const link = linkOf(this.expectation);

    const again = ({ answer, error }: Reading<unknown>) => full || (error ? mayBeMended(error) : !answer);
    const lookAtHub = async () => {
      this.hub = await this.ask(this.hub, () =>
        azure.get(notificationHubId, API_VERSIONS.notificationHubs, signal),
      );
    };

    // The first answer tells Azure's time, which the questions about time need.
    if (link) {
      this.service = await this.ask(this.service, () => readLink(azure, link.communicationServiceId, signal));
    } else if (again(this.hub)) {
      await lookAtHub();
    }
    this.since ??= this.ports.now();
    if (azure.azureNow() !== undefined) this.skewAtStart ??= this.ports.skew();
    await Promise.all([
      link && this.lookAtActivityLog(link, again(this.regenerations), signal),
      link && again(this.hub) && lookAtHub(),
      again(this.namespace) &&
        this.ask(this.namespace, () => readNamespace(azure, notificationHubId, signal)).then(
          (reading) => (this.namespace = reading),
        ),
      again(this.otherSenders) &&
        this.ask(this.otherSenders, () =>
          readOtherSenders(azure, notificationHubId, link?.communicationServiceId, signal),
        ).then((reading) => (this.otherSenders = reading)),
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
      since: this.since,
      skewAtStart: this.skewAtStart ?? 0,
      service: this.service,
      hub: this.hub,
      namespace: this.namespace,
      rule: this.rule,
      credentials: this.credentials,
      otherSenders: this.otherSenders,
      keys: this.keys,
      probe: this.probe,
      probeOutcomes: this.probeOutcomes,
      probeTimes: [...this.probeTimes],
      failedProbeTimes: [...this.failedProbeTimes],
      links: this.links,
      regenerations: this.regenerations,
      metrics: this.metrics,
      metricsFrom: this.metricsFrom,
      outcomesFrom: this.outcomesFrom,
      probing: this.ports.hub !== undefined,
    };
  }

  /** What the newest look could not read, though it may be read later. */
  outages(): AzureError[] {
    const readings = [
      this.service,
      this.hub,
      this.namespace,
      this.rule,
      this.credentials,
      this.otherSenders,
      this.keys,
      this.probe,
      this.links,
      this.regenerations,
      this.metrics,
    ];
    return readings.flatMap(({ error }) => (error?.transient ? [error] : []));
  }

  private async lookAtActivityLog(
    { communicationServiceId, ruleId }: LinkExpectation,
    regenerationsToo: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const { azure } = this.ports;
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
    const { azure, now } = this.ports;
    const { notificationHubId } = this.expectation;
    const time = now();
    const from = floorMinute(this.metricsAgainFrom ?? time - METRIC_HISTORY);
    this.metrics = await this.ask(this.metrics, () =>
      readMetrics(azure, notificationHubId, from, time, this.table, signal),
    );
    if (this.metrics.error) return;
    if (this.metricsAgainFrom === undefined) this.metricsFrom = this.outcomesFrom = from;
    // Minutes older than that do not change any more.
    this.metricsAgainFrom = time - 2 * METRIC_LAG;
    if (!this.historyRead && linkOf(this.expectation)) {
      const reading = await this.ask<number>({}, () =>
        readRefusalHistory(azure, notificationHubId, this.metricsFrom, this.table, signal),
      );
      this.historyRead = reading.error === undefined;
      this.metricsFrom = reading.answer?.value ?? this.metricsFrom;
    }
  }

  /**
   * Once is enough when the hub took everything: each further probe would move the baseline. But one that shares its
   * minute with others tells of key and rule alone, and the credentials are told by another in a later minute.
   */
  private needsProbe(full: boolean): boolean {
    const { answer, error } = this.probe;
    const unanswered = error ?? this.keys.error;
    if (unanswered) return full || mayBeMended(unanswered);
    if (!answer || answer.value.sends.some(({ status }) => status !== 201)) return true;
    if (answer.value.sends.every(({ platform }) => this.probeOutcomes[platform])) return false;
    const { mixed, startedAt } = answer.value;
    return mixed && this.probeTimes.length < MOST_PROBES && minuteOf(this.ports.now()) > minuteOf(startedAt);
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
      this.probeOutcomes = {};
      const startedAt = now();
      const mixed = isMixedMinute(this.hub.answer?.value, this.metrics.answer?.value, startedAt);
      let accepted = false;
      try {
        const listenStatus = await client.listen(connection, hubName, signal);
        const manageStatus = await client.manage(connection, hubName, signal);
        const looked = { credentials: this.credentials };
        const voip = isVoip(looked, this.expectation);
        const sends: ProbeResult['sends'][number][] = [];
        for (const platform of expectedPlatforms(looked, this.expectation)) {
          sends.push({ platform, ...(await client.send(connection, hubName, platform, { voip }, signal)) });
        }
        accepted = sends.every(({ status }) => status === 201);
        this.probeOutcomes = await this.outcomesOf(client, hubName, sends, signal);
        return { startedAt, time: now(), mixed, key, sends, listenStatus, manageStatus };
      } finally {
        const time = now();
        this.probeTimes.push(time);
        if (!accepted) this.failedProbeTimes.push(time);
      }
    });
  }

  /** What the hub itself tells of the probe's pushes; nothing when it does not, or nobody may ask. */
  private async outcomesOf(
    client: HubClient,
    hubName: string,
    sends: ProbeResult['sends'],
    signal?: AbortSignal,
  ): Promise<SendOutcomes> {
    if (!sends.some(({ notificationId }) => notificationId !== undefined)) return {};
    const { azure, sleep } = this.ports;
    const rule = `${this.expectation.notificationHubId}/authorizationRules/${FULL_RULE}`;
    const { answer } = await this.ask({}, () => listKeys(azure, rule, signal));
    if (!answer?.value) return {};
    const connection = parseConnectionString(answer.value.primary);
    let outcomes: SendOutcomes = {};
    for (let attempt = 0; attempt < TELEMETRY_ATTEMPTS; attempt++) {
      for (const { platform, notificationId } of sends) {
        if (notificationId === undefined || outcomes[platform]) continue;
        const told = await this.ask({}, () => client.outcomes(connection, hubName, notificationId, signal));
        outcomes = { ...outcomes, ...told.answer?.value };
      }
      if (sends.every(({ platform }) => outcomes[platform])) break;
      await sleep(TELEMETRY_INTERVAL, signal);
      signal?.throwIfAborted();
    }
    return outcomes;
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
