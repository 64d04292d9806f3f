import { LINK_OPERATION, readOperations } from './activity-log';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { validateExpectation, type KeyName, type LinkExpectation } from './expectation';
import type { HubClient } from './hub-client';
import { fingerprints, listKeys, readRule, regenerateKey } from './hub-rule';
import { linkHub } from './link-hub';
import { PROPAGATION_WINDOW } from './propagation';
import { readLink, sameResourceId } from './read-link';
import type { Report } from './report';
import { POLLING, verifyLink } from './verify-link';

/** Milliseconds waited beyond the window, for clocks that disagree and answers that take their time. */
const MARGIN = 30_000;

/** Milliseconds between looks while a window is waited out, at most. */
const LOOK_EVERY = 60_000;

/** Milliseconds that a new key may take until the hub accepts it. */
const NEW_KEY_TIMEOUT = 5 * 60_000;

export type RotationStep = 'anchor' | 'regenerate spare' | 'prove spare' | 'switch' | 'retire old' | 'seal';

export interface RotationProgress {
  readonly step: RotationStep;
  readonly message: string;
  /** The key that Communication Services was last linked with by this rotation; undefined before the first link. */
  readonly linked: KeyName | undefined;
  /** Azure's time until which this step waits, ISO 8601. */
  readonly until?: string;
}

export interface RotatePorts {
  readonly azure: AzureReader;
  readonly hub: HubClient;
  readonly clock: Clock;
  /**
   * Has whoever owns the link switch it over to that key: a stack does it by a deploy, so that Terraform and Azure
   * agree afterwards. Throws when that fails. @default - nobody owns it
   */
  readonly switchLink?: (key: KeyName) => Promise<void>;
}

export interface RotateOptions {
  /** The key to start from: the one the stack links with. @default the expectation's key, else 'primary' */
  readonly from?: KeyName;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RotationProgress) => void;
}

export interface RotationResult {
  /** The key that is linked now. */
  readonly linked: KeyName;
  /** The link as verified afterwards. */
  readonly report: Report;
}

/** A rotation that stopped. Running it again is always safe. */
export class RotationError extends Error {
  override readonly name = 'RotationError';

  constructor(
    message: string,
    /** Undefined when this rotation has not linked yet. */
    readonly linked: KeyName | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Replaces both keys of the rule without a moment in which Communication Services could be holding a dead one.
 *
 * It keeps no state, so that there is none to lose and none to believe: it begins by linking with a key that is valid
 * and waiting the window out (the anchor). From then on the data plane holds that key for certain, whatever an
 * interrupted run, a colleague or the portal did before, and the other key can be replaced.
 *
 * @throws RotationError saying what stopped it and which key is linked
 * @throws ResourceIdError when an id is malformed
 */
export async function rotateKeys(
  ports: RotatePorts,
  expectation: LinkExpectation,
  options: RotateOptions = {},
): Promise<RotationResult> {
  validateExpectation(expectation);
  return new Rotation(ports, expectation, options).run();
}

class Rotation {
  private readonly from: KeyName;
  private readonly to: KeyName;
  private linked: KeyName | undefined;
  /** Azure's time when the newest link of this rotation was answered. */
  private linkedAt = 0;
  private step: RotationStep = 'anchor';

  constructor(
    private readonly ports: RotatePorts,
    private readonly expectation: LinkExpectation,
    private readonly options: RotateOptions,
  ) {
    this.from = options.from ?? expectation.key ?? 'primary';
    this.to = this.from === 'primary' ? 'secondary' : 'primary';
  }

  async run(): Promise<RotationResult> {
    try {
      return await this.steps();
    } catch (error) {
      if (error instanceof RotationError) throw error;
      const { name, message } = error as Error;
      const interrupted = this.options.signal?.aborted || name === 'AbortError';
      if (!interrupted && !(error instanceof AzureError)) throw error;
      throw this.stopped(interrupted ? 'interrupted' : message, error);
    }
  }

  private async steps(): Promise<RotationResult> {
    const { azure } = this.ports;
    const { ruleId } = this.expectation;
    const { signal } = this.options;
    await this.requireLinkToRotate();

    this.begin('anchor', `linking with the ${this.from} key, so that it is certain which one is in use`);
    await linkHub(azure, this.expectation, this.from, signal);
    this.noteLink(this.from);
    await this.waitOut();

    this.begin('regenerate spare', `regenerating the ${this.to} key, which nobody can be using`);
    await this.requireUndisturbed();
    const fresh = fingerprints(await regenerateKey(azure, ruleId, this.to, signal));

    this.begin('prove spare', `waiting until the hub accepts the new ${this.to} key`);
    await this.prove();

    this.begin('switch', `linking with the new ${this.to} key`);
    await this.requireUndisturbed(fresh);
    // Whatever happens inside, the link may be on the new key from here on; both are valid.
    await this.deploy();
    // The deploy is for Terraform to know; that the link is switched is made certain here, by the same string.
    await linkHub(azure, this.expectation, this.to, signal);
    this.noteLink(this.to);
    await this.prove();
    await this.waitOut();

    this.begin('retire old', `regenerating the old ${this.from} key, which nobody can be using any more`);
    await this.requireUndisturbed(fresh);
    await regenerateKey(azure, ruleId, this.from, signal);

    // The same string again: so the activity log shows a link newer than any regenerated key, which is how 'verify'
    // tells, on any machine, that the linked key is alive.
    this.begin('seal', `linking with the ${this.to} key once more, after the last regeneration`);
    await linkHub(azure, this.expectation, this.to, signal);
    this.noteLink(this.to);
    const report = await verifyLink(
      { azure, hub: this.ports.hub, clock: this.ports.clock },
      { ...this.expectation, key: this.to },
      { level: 'config', ...(signal ? { signal } : {}) },
    );
    return { linked: this.to, report };
  }

  private async requireLinkToRotate(): Promise<void> {
    const { azure } = this.ports;
    const { communicationServiceId, notificationHubId, ruleId } = this.expectation;
    const link = await readLink(azure, communicationServiceId, this.options.signal);
    if (!link) throw this.stopped(`${communicationServiceId} does not exist`);
    if (!link.notificationHubId || !sameResourceId(link.notificationHubId, notificationHubId)) {
      throw this.stopped(
        `${communicationServiceId} is linked to ${link.notificationHubId ?? 'no hub'}; expected ${notificationHubId}; deploy the stack first`,
      );
    }
    const rule = await readRule(azure, ruleId, this.options.signal);
    if (!rule) throw this.stopped(`the rule ${ruleId} does not exist; deploy the stack first`);
    if (rule.rights.join() !== 'Send') {
      throw this.stopped(
        `the rights of ${ruleId} are ${rule.rights.join(', ') || 'none'}; expected Send; deploy the stack first`,
      );
    }
  }

  private async deploy(): Promise<void> {
    try {
      await this.ports.switchLink?.(this.to);
    } catch (error) {
      this.options.signal?.throwIfAborted();
      throw this.stopped((error as Error).message, error);
    }
  }

  /** Until the data plane can hold nothing older than the newest link, at the latest. */
  private async waitOut(): Promise<void> {
    const { clock } = this.ports;
    const until = this.linkedAt + PROPAGATION_WINDOW + MARGIN;
    this.report(`waiting until the data plane can hold no other key`, until);
    let pause: number = POLLING.first;
    for (let left = until - this.azureNow(); left > 0; left = until - this.azureNow()) {
      await clock.sleep(Math.min(left, pause), this.options.signal);
      this.options.signal?.throwIfAborted();
      pause = Math.min(pause * POLLING.factor, LOOK_EVERY);
      // Azure's clock is read from its answers; one a minute keeps it true.
      await this.lookForStrangers().catch((error: unknown) => {
        if (!(error instanceof AzureError && error.transient)) throw error;
      });
    }
  }

  /** @throws RotationError when somebody else linked or regenerated in the meantime */
  private async requireUndisturbed(expected?: Readonly<Record<KeyName, string>>): Promise<void> {
    await this.lookForStrangers();
    const { azure } = this.ports;
    const strings = await listKeys(azure, this.expectation.ruleId, this.options.signal);
    if (!strings) throw this.stopped(`the rule ${this.expectation.ruleId} was deleted`);
    const present = fingerprints(strings);
    if (expected && (present.primary !== expected.primary || present.secondary !== expected.secondary)) {
      throw this.stopped(`somebody else regenerated a key of ${this.expectation.ruleId}`);
    }
    const from = this.linkedAt - 5 * 60_000;
    const links = await readOperations(
      azure,
      this.expectation.communicationServiceId,
      LINK_OPERATION,
      from,
      this.azureNow(),
      this.options.signal,
    );
    // Azure tells its time in whole seconds.
    const stranger = links.find(({ time }) => time > this.linkedAt + 2_000);
    if (stranger) {
      throw this.stopped(`${stranger.caller} linked at ${new Date(stranger.time).toISOString()} meanwhile`);
    }
  }

  private async lookForStrangers(): Promise<void> {
    const { communicationServiceId, notificationHubId } = this.expectation;
    const link = await readLink(this.ports.azure, communicationServiceId, this.options.signal);
    if (!link?.notificationHubId || !sameResourceId(link.notificationHubId, notificationHubId)) {
      throw this.stopped(`somebody else linked ${link?.notificationHubId ?? 'no hub'} meanwhile`);
    }
  }

  /** @throws RotationError when the hub does not accept the new key within its time */
  private async prove(): Promise<void> {
    const { azure, hub, clock } = this.ports;
    const report = await verifyLink(
      { azure, hub, clock },
      { ...this.expectation, key: this.to },
      {
        level: 'config',
        wait: true,
        timeout: NEW_KEY_TIMEOUT,
        ...(this.options.signal ? { signal: this.options.signal } : {}),
      },
    );
    this.options.signal?.throwIfAborted();
    const opens = report.checks.find(({ id }) => id === 'connection-string');
    if (opens?.status !== 'pass') {
      throw this.stopped(
        `the new ${this.to} key is not proved: ${opens?.evidence ?? 'the hub was not asked'}`,
      );
    }
  }

  private noteLink(key: KeyName): void {
    this.linked = key;
    this.linkedAt = this.azureNow();
  }

  private begin(step: RotationStep, message: string): void {
    this.options.signal?.throwIfAborted();
    this.step = step;
    this.report(message);
  }

  private report(message: string, until?: number): void {
    this.options.onProgress?.({
      step: this.step,
      message,
      linked: this.linked,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    });
  }

  private stopped(reason: string, cause?: unknown): RotationError {
    const linked = !this.linked
      ? 'this rotation has not touched the link'
      : this.step === 'switch' && this.linked === this.from
        ? `linked is the ${this.from} key, or already the ${this.to} key: both are valid`
        : `linked is the ${this.linked} key, which is valid`;
    return new RotationError(
      `rotation stopped at '${this.step}': ${reason}; ${linked}; run it again: it begins anew and ends right`,
      this.linked,
      cause === undefined ? undefined : { cause },
    );
  }

  private azureNow(): number {
    return this.ports.azure.azureNow() ?? this.ports.clock.now();
  }
}
