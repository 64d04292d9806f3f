import type { AzureReader } from './azure';
import type { AzureError } from './azure-error';
import { CONFIG_CHECKS, runChecks } from './checks';
import type { Clock } from './clock';
import { linkOf, validateExpectation, type HubExpectation, type LinkExpectation } from './expectation';
import type { HubClient } from './hub-client';
import type { Observation } from './observation';
import { Observer } from './observer';
import { PROPAGATION_WINDOW } from './propagation';
import type { Due, Repeatable } from './questions';
import { ReadBudget } from './read-budget';
import type { Gap, Report } from './report';
import { everything, moving, POLLING, restsOn, stale } from './schedule';
import { isProved, verdictOf, type ProofLevel } from './verdict';
import { linkWindow } from './window';

/** Milliseconds that a wait lasts when nothing else is said: the window, and the lag of the metrics after it. */
export const DEFAULT_TIMEOUT = PROPAGATION_WINDOW + 6 * 60_000;

/** How many looks in a row have to see a failure before it is believed: right after a deploy, Azure is of two minds. */
const BELIEVED_AFTER = 3;

/** Azure tells its time in whole seconds: look this much after the window's end, milliseconds. */
const PAST_THE_END = 1_500;

/** Verdicts that more looking does not change by itself. */
const FINAL_UNPROVED: ReadonlySet<string> = new Set(['unproven', 'undelivered']);

/** What a proof works with. */
export interface VerifyPorts {
  /** Reads Azure Resource Manager. */
  readonly azure: AzureReader;
  /** Without one, nothing is sent to the hub: no probe, and no checks that need one. */
  readonly hub?: HubClient;
  /** Tells the time and waits. */
  readonly clock: Clock;
}

/** How much is proved, and how long is waited. */
export interface VerifyOptions {
  /** The level of proof. @default 'settled' */
  readonly level?: ProofLevel;
  /** Look again until the answer is final. @default false */
  readonly wait?: boolean;
  /** Milliseconds. @default DEFAULT_TIMEOUT */
  readonly timeout?: number;
  /** Ends the wait at once, with what is known by then. @default - nothing ends it before its time */
  readonly signal?: AbortSignal;
  /** Called after every look. @default - nobody is told */
  readonly onLook?: (report: Report) => void;
}

/**
 * Finds out whether the link is as expected and in force.
 * @throws ResourceIdError when an id of the expectation is malformed
 * @throws AzureError of kind `credentials` when there is nobody to sign in as
 */
export async function verifyLink(
  ports: VerifyPorts,
  expectation: LinkExpectation,
  options: VerifyOptions = {},
): Promise<Report> {
  validateExpectation(expectation);
  return new Verification(ports, expectation, options).run();
}

/**
 * Finds out whether a hub that is not linked, the relay's, can send: its credentials, its rule, what the push services
 * answer.
 * @throws ResourceIdError when an id of the expectation is malformed
 * @throws AzureError of kind `credentials` when there is nobody to sign in as
 */
export async function verifyHub(
  ports: VerifyPorts,
  expectation: HubExpectation,
  options: VerifyOptions = {},
): Promise<Report> {
  validateExpectation(expectation);
  return new Verification(ports, expectation, options).run();
}

class Verification {
  private readonly budget: ReadBudget;
  private readonly observer: Observer;
  private readonly level: ProofLevel;
  private readonly moving: Due;
  private readonly restsOn: (question: Repeatable) => boolean;
  private readonly gaps: Gap[] = [];
  private looks = 0;
  private goodAt: number | undefined;

  constructor(
    private readonly ports: VerifyPorts,
    private readonly expectation: HubExpectation | LinkExpectation,
    private readonly options: VerifyOptions,
  ) {
    this.level = options.level ?? 'settled';
    this.moving = moving(expectation);
    this.restsOn = restsOn(this.level);
    this.budget = new ReadBudget(ports.azure, () => ports.clock.now());
    this.observer = new Observer(
      {
        azure: this.budget,
        ...(ports.hub ? { hub: ports.hub } : {}),
        now: () => this.azureNow(),
        skew: () => this.azureNow() - ports.clock.now(),
        sleep: (milliseconds, signal) => ports.clock.sleep(milliseconds, signal),
      },
      expectation,
    );
  }

  async run(): Promise<Report> {
    const { clock } = this.ports;
    const { wait = false, timeout = DEFAULT_TIMEOUT, signal, onLook } = this.options;
    const deadline = clock.now() + timeout;
    let interval: number = POLLING.first;
    let failures = 0;
    let due: Due = everything;
    for (;;) {
      const o = await this.look(due).catch((error: Error) => {
        if (signal?.aborted) return undefined;
        throw error;
      });
      if (!o) return this.lastReport('cancelled');
      const report = this.report(o, 'not yet');
      const broken = report.verdict === 'broken';
      // A look that Azure refused has not seen the failure once more.
      failures = broken ? failures + (this.observer.outdated() ? 0 : 1) : 0;
      const answered = this.isFinal(report, failures);
      // A failure is confirmed by being seen again.
      const confirmed = broken || this.observer.covered(stale, this.restsOn);
      const unconfirmed = wait && report.proved && !confirmed;
      // What is proved when the time is up may be confirmed by one look more.
      const over = clock.now() >= deadline && !(unconfirmed && due !== stale && this.askedToWait() === 0);
      const ended = signal?.aborted
        ? 'cancelled'
        : !wait
          ? 'one look'
          : answered && confirmed
            ? 'final'
            : over
              ? 'timeout'
              : 'not yet';
      this.last = { ...(unconfirmed ? withoutProof(report) : report), ended };
      onLook?.(this.last);
      if (ended !== 'not yet') return this.last;

      const before = due;
      due = broken ? everything : answered ? stale : this.moving;
      // At once where Azure lets it, and when that got no answer to everything, after a while.
      const atOnce = due === stale && before !== stale;
      const pause = this.pause(report, atOnce ? 0 : interval, due);
      await clock.sleep(Math.max(0, Math.min(pause, deadline - clock.now())), signal);
      if (signal?.aborted) return this.lastReport('cancelled');
      if (!atOnce) interval = Math.min(interval * POLLING.factor, POLLING.longest);
    }
  }

  /** Milliseconds until the next look, by what it asks. */
  private pause(report: Report, interval: number, due: Due): number {
    // What confirms an answer is not to be held up by what led to it.
    const reserve = due === this.moving ? this.observer.cost(everything) : 0;
    const patient = reserve && this.budget.waitFor(this.observer.cost(due) + reserve);
    const untilClose = report.window ? Date.parse(report.window.closesAt) - this.azureNow() : 0;
    const next = Math.max(interval, patient);
    let pause = Math.max(
      untilClose > 0 ? Math.min(next, untilClose + PAST_THE_END) : next,
      this.askedToWait(),
    );
    // All of it together: the longer that takes, the more is to be asked.
    for (;;) {
      const afforded = this.budget.waitFor(this.observer.cost(due, pause));
      if (afforded <= pause) return pause;
      pause = afforded;
    }
  }

  private last: Report | undefined;

  private lastReport(ended: Report['ended']): Report {
    if (!this.last) throw new DOMException('cancelled before the first look', 'AbortError');
    return { ...this.last, ended };
  }

  private async look(due: Due): Promise<Observation> {
    const o = await this.observer.look(due, this.options.signal);
    this.looks++;
    const refusal = (linkOf(this.expectation) ? o.service : o.hub).error;
    if (this.looks === 1 && refusal?.kind === 'credentials') throw refusal;
    this.noteOutages(o.now);
    return o;
  }

  /** Whether more looking could not change the answer, or not for the better. */
  private isFinal(report: Report, failures: number): boolean {
    if (report.verdict === 'broken') return failures >= BELIEVED_AFTER;
    if (this.level === 'config') {
      return report.checks.every(({ id, status }) => !CONFIG_CHECKS.has(id) || status !== 'waiting');
    }
    if (this.level !== 'live') return report.proved || FINAL_UNPROVED.has(report.verdict);
    return report.proved;
  }

  private noteOutages(now: number): void {
    const outages = this.observer.outages();
    const open = this.gaps.at(-1);
    if (outages.length === 0) {
      if (open && !open.to) this.gaps[this.gaps.length - 1] = { ...open, to: iso(now) };
      this.goodAt = now;
    } else if (!open || open.to) {
      this.gaps.push({ from: iso(this.goodAt ?? now), reason: (outages[0] as AzureError).message });
    }
  }

  /** The longest `Retry-After` that was answered to the newest look, milliseconds. */
  private askedToWait(): number {
    return Math.max(0, ...this.observer.outages().map(({ details }) => details.retryAfter ?? 0));
  }

  private azureNow(): number {
    return this.ports.azure.azureNow() ?? this.ports.clock.now();
  }

  private report(o: Observation, ended: Report['ended']): Report {
    const checks = runChecks(o, this.expectation);
    const { name, remedy } = verdictOf(checks);
    const window = linkWindow(o, this.expectation);
    const clockSkew = Math.round((this.azureNow() - this.ports.clock.now()) / 1000);
    const { notificationHubId, ruleId } = this.expectation;
    const link = linkOf(this.expectation);
    return {
      version: 1,
      verdict: name,
      level: this.level,
      proved: isProved(name, checks, this.level),
      ...(remedy === undefined ? {} : { remedy }),
      ...(link ? { communicationServiceId: link.communicationServiceId } : {}),
      notificationHubId,
      ruleId,
      checks,
      ...(link
        ? {
            window: {
              ...(window.linkedAt === undefined ? {} : { linkedAt: iso(window.linkedAt) }),
              source: window.source,
              applies: window.applies,
              closesAt: iso(window.closesAt),
              open: window.applies && o.now < window.closesAt,
            },
          }
        : {}),
      ended,
      time: iso(o.now),
      looks: this.looks,
      armRequests: this.ports.azure.requests,
      clockSkew,
      gaps: [...this.gaps],
      notes: notesOf(clockSkew, this.gaps),
    };
  }
}

/** What is proved by answers that Azure did not confirm is outstanding still. */
function withoutProof({ remedy: _, ...report }: Report): Report {
  return { ...report, verdict: 'settling', proved: false };
}

function notesOf(clockSkew: number, gaps: readonly Gap[]): string[] {
  const notes: string[] = [];
  if (Math.abs(clockSkew) > 60) {
    const direction = clockSkew > 0 ? 'behind' : 'ahead of';
    notes.push(
      `this machine's clock is ${Math.abs(clockSkew)} s ${direction} Azure's; all times are Azure's`,
    );
  }
  for (const { from, to, reason } of gaps) {
    notes.push(`Azure could not be read from ${from} ${to ? `to ${to}` : 'until now'}: ${reason}`);
  }
  return notes;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
