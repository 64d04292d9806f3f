import { LOG_LOOK_BACK, LINK_OPERATION, readOperations, REGENERATE_OPERATION } from './activity-log';
import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { parseConnectionString } from './connection-string';
import { linkOf, type HubExpectation, type LinkExpectation } from './expectation';
import type { HubClient, SendOutcomes } from './hub-client';
import { fingerprints, listKeys, readRule, type ConnectionStrings } from './hub-rule';
import { readRefusalHistory } from './refusal-history';
import { floorMinute, METRIC_LAG, MetricTable, MINUTE, readMetrics } from './metrics';
import { isMixedMinute, minuteOf } from './mixed-minute';
import { readNamespace } from './namespace';
import { readOtherSenders } from './other-senders';
import { expectedPlatforms, isVoip } from './platforms';
import type { Observation, ProbeResult, Reading } from './observation';
import { readPnsCredentials } from './pns-credentials';
import { readOutcomes } from './probe-outcomes';
import {
  HUB_QUESTIONS,
  isOpen,
  isOutdated,
  mayBeMended,
  QUESTIONS,
  type Due,
  type Question,
  type Repeatable,
} from './questions';
import { readLink } from './read-link';
import { parseResourceId } from './resource-id';
import { linkWindow } from './window';

/** How far back the first look reads metrics, milliseconds: calls of that time prove a link of long ago. */
const METRIC_HISTORY = 6 * 60 * MINUTE;

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

/** What was asked so far, each with its last good answer. */
type Readings = { -readonly [Q in Question | 'keys' | 'probe']: Observation[Q] };
type ValueOf<Q extends keyof Readings> = NonNullable<Readings[Q]['answer']>['value'];

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
  private probeOutcomes: SendOutcomes = {};
  private readonly readings: Readings = {
    service: {},
    hub: {},
    namespace: {},
    rule: {},
    credentials: {},
    otherSenders: {},
    keys: {},
    probe: {},
    links: {},
    regenerations: {},
    metrics: {},
  };
  /** What there is to be asked. */
  private readonly questions: readonly Question[];
  /** And with the keys, where they are compared with the one that the link was made with. */
  private readonly repeatable: readonly Repeatable[];
  /** What the newest look asked, and what was known when it began. */
  private readonly asked = new Set<Repeatable>();
  private atStart: Observation | undefined;

  constructor(
    private readonly ports: ObserverPorts,
    private readonly expectation: HubExpectation | LinkExpectation,
  ) {
    const link = linkOf(expectation);
    this.questions = link ? QUESTIONS : HUB_QUESTIONS;
    const comparesKeys = ports.hub !== undefined && link?.record?.keyFingerprint !== undefined;
    this.repeatable = comparesKeys ? [...this.questions, 'keys'] : this.questions;
  }

  /** @param due what is asked anew, beside what was not answered yet */
  async look(due: Due, signal?: AbortSignal): Promise<Observation> {
    const [first, ...others] = this.questions.filter((question) => question !== 'metrics');
    const answers = this.answers(signal);
    this.atStart = this.known();
    this.asked.clear();
    const asks = (question: Repeatable) => {
      const asked = this.isAsked(question, due, this.known());
      if (asked) this.asked.add(question);
      return asked;
    };
    const ask = async (question: Question) => {
      if (asks(question)) await this.ask(question, answers[question]);
    };

    // The first answer tells Azure's time, which the questions about time need.
    await ask(first!);
    this.since ??= this.ports.now();
    if (this.ports.azure.azureNow() !== undefined) this.skewAtStart ??= this.ports.skew();
    // Nothing is on the way to Azure: the other questions would tell the same.
    if (this.readings[first!].error?.kind === 'network') return this.known();
    await Promise.all(others.map(ask));
    // Before the probe, so that the minute it moves is never the newest one that this look reads.
    if (asks('metrics')) await this.lookAtMetrics(answers.metrics, signal);
    const { hub } = this.ports;
    if (hub && this.needsProbe(due('keys', this.known()))) await this.lookAtDataPlane(hub, signal);
    else if (this.repeatable.includes('keys') && asks('keys')) await this.askForKeys(signal);
    return this.known();
  }

  /**
   * Requests to ARM that such a look sends, a further page of a list and a probe's question for the key left out.
   * @param ahead milliseconds until that look
   */
  cost(due: Due, ahead = 0): number {
    const o = this.known();
    const then = { ...o, now: o.now + ahead };
    return this.repeatable.filter((question) => this.isAsked(question, due, then)).length;
  }

  /** Whether the newest look asked all of these that were due by this when it began, and each has its answer. */
  covered(due: Due, these: (question: Repeatable) => boolean): boolean {
    const { atStart, readings } = this;
    const answered = (q: Repeatable) => !isOpen(readings[q]) && !isOutdated(readings[q]);
    const left = (q: Repeatable) => !this.asked.has(q) && (!atStart || due(q, atStart));
    return this.repeatable.filter(these).every((q) => answered(q) && !left(q));
  }

  /** Whether older answers stand in for some that the newest look did not get. */
  outdated(): boolean {
    return this.repeatable.some((question) => isOutdated(this.readings[question]));
  }

  /** What the newest look could not read, though it may be read later. */
  outages(): AzureError[] {
    return Object.values(this.readings).flatMap(({ error }) => (error?.transient ? [error] : []));
  }

  private isAsked(question: Repeatable, due: Due, o: Observation): boolean {
    return isOpen(this.readings[question]) || due(question, o);
  }

  /** All that was answered so far. */
  private known(): Observation {
    const now = this.ports.now();
    const { readings } = this;
    // By name: it is made for each question of each look, and V8 takes ten times as long to copy those of an object.
    return {
      service: readings.service,
      hub: readings.hub,
      namespace: readings.namespace,
      rule: readings.rule,
      credentials: readings.credentials,
      otherSenders: readings.otherSenders,
      keys: readings.keys,
      probe: readings.probe,
      links: readings.links,
      regenerations: readings.regenerations,
      metrics: readings.metrics,
      now,
      since: this.since ?? now,
      skewAtStart: this.skewAtStart ?? 0,
      probeOutcomes: this.probeOutcomes,
      probeTimes: [...this.probeTimes],
      failedProbeTimes: [...this.failedProbeTimes],
      metricsFrom: this.metricsFrom,
      outcomesFrom: this.outcomesFrom,
      probing: this.ports.hub !== undefined,
    };
  }

  private answers(signal?: AbortSignal): { readonly [Q in Question]: () => Promise<ValueOf<Q>> } {
    const { azure } = this.ports;
    const { notificationHubId, ruleId } = this.expectation;
    const serviceId = linkOf(this.expectation)?.communicationServiceId;
    const operations = (id: string, operation: string) => {
      const now = this.ports.now();
      return readOperations(azure, id, operation, now - LOG_LOOK_BACK, now, signal);
    };
    return {
      // Asked about a link alone.
      service: () => readLink(azure, serviceId ?? '', signal),
      links: () => operations(serviceId ?? '', LINK_OPERATION),
      regenerations: () => operations(ruleId, REGENERATE_OPERATION),
      hub: () => azure.get(notificationHubId, API_VERSIONS.notificationHubs, signal),
      namespace: () => readNamespace(azure, notificationHubId, signal),
      otherSenders: () => readOtherSenders(azure, notificationHubId, serviceId, signal),
      rule: () => readRule(azure, ruleId, signal),
      credentials: () => readPnsCredentials(azure, notificationHubId, signal),
      metrics: () => {
        const now = this.ports.now();
        const from = floorMinute(this.metricsAgainFrom ?? now - METRIC_HISTORY);
        return readMetrics(azure, notificationHubId, from, now, this.table, signal);
      },
    };
  }

  private async lookAtMetrics(read: () => Promise<MetricTable>, signal?: AbortSignal): Promise<void> {
    const { azure, now } = this.ports;
    const time = now();
    await this.ask('metrics', read);
    if (this.readings.metrics.error) return;
    if (this.metricsAgainFrom === undefined) {
      this.metricsFrom = this.outcomesFrom = floorMinute(time - METRIC_HISTORY);
    }
    // Minutes older than that do not change any more.
    this.metricsAgainFrom = time - 2 * METRIC_LAG;
    if (this.historyRead || !linkOf(this.expectation)) return;
    // What was refused before this link was in force says nothing of it.
    if (linkWindow(this.known(), this.expectation).closesAt >= this.metricsFrom) return;
    const { error, answer } = await this.answerTo<number>({}, () =>
      readRefusalHistory(azure, this.expectation.notificationHubId, this.metricsFrom, this.table, signal),
    );
    this.historyRead = error === undefined;
    this.metricsFrom = answer?.value ?? this.metricsFrom;
  }

  /**
   * Once is enough when the hub took everything: each further probe would move the baseline. But one that shares its
   * minute with others tells of key and rule alone, and the credentials are told by another in a later minute.
   */
  private needsProbe(askAgain: boolean): boolean {
    const { keys, probe } = this.readings;
    const { answer, error } = probe;
    const unanswered = error ?? keys.error;
    if (unanswered && !askAgain && !mayBeMended(unanswered)) return false;
    if (error || !answer || answer.value.sends.some(({ status }) => status !== 201)) return true;
    if (answer.value.sends.every(({ platform }) => this.probeOutcomes[platform])) return false;
    const { mixed, startedAt } = answer.value;
    return mixed && this.probeTimes.length < MOST_PROBES && minuteOf(this.ports.now()) > minuteOf(startedAt);
  }

  /** @returns the connection strings themselves, which are not kept; undefined when there was no answer, or no rule */
  private async askForKeys(signal?: AbortSignal): Promise<ConnectionStrings | undefined> {
    let strings: ConnectionStrings | undefined;
    this.asked.add('keys');
    await this.ask('keys', async () => {
      strings = await listKeys(this.ports.azure, this.expectation.ruleId, signal);
      return strings && fingerprints(strings);
    });
    return strings;
  }

  private async lookAtDataPlane(client: HubClient, signal?: AbortSignal): Promise<void> {
    const { azure, now, sleep } = this.ports;
    const { notificationHubId, key = 'primary' } = this.expectation;
    const hubName = parseResourceId(notificationHubId).name;
    const strings = await this.askForKeys(signal);
    if (!strings) return;
    const connection = parseConnectionString(strings[key]);
    await this.ask('probe', async () => {
      this.probeOutcomes = {};
      const startedAt = now();
      const { hub, metrics, credentials } = this.readings;
      const mixed = isMixedMinute(hub.answer?.value, metrics.answer?.value, startedAt);
      let accepted = false;
      try {
        const listenStatus = await client.listen(connection, hubName, signal);
        const manageStatus = await client.manage(connection, hubName, signal);
        const looked = { credentials };
        const voip = isVoip(looked, this.expectation);
        const sends: ProbeResult['sends'][number][] = [];
        for (const platform of expectedPlatforms(looked, this.expectation)) {
          sends.push({ platform, ...(await client.send(connection, hubName, platform, { voip }, signal)) });
        }
        accepted = sends.every(({ status }) => status === 201);
        this.probeOutcomes = await readOutcomes({ azure, client, sleep }, notificationHubId, sends, signal);
        return { startedAt, time: now(), mixed, key, sends, listenStatus, manageStatus };
      } finally {
        const time = now();
        this.probeTimes.push(time);
        if (!accepted) this.failedProbeTimes.push(time);
      }
    });
  }

  private async ask<Q extends keyof Readings>(name: Q, question: () => Promise<ValueOf<Q>>): Promise<void> {
    const before = this.readings[name] as Reading<ValueOf<Q>>;
    this.readings[name] = (await this.answerTo(before, question)) as Readings[Q];
  }

  private async answerTo<T>(before: Reading<T>, question: () => Promise<T>): Promise<Reading<T>> {
    try {
      const value = await question();
      const time = this.ports.now();
      return { answer: { value, time }, askedAt: time };
    } catch (error) {
      if (error instanceof AzureError) return { ...before, error, askedAt: this.ports.now() };
      throw error;
    }
  }
}
