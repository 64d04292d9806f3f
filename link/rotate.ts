import { setMaxListeners } from 'node:events';
import { LINK_OPERATION, readOperations } from './activity-log';
import { askingAgain } from './ask-again';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { KEY_NAMES, validateExpectation, type KeyName, type LinkExpectation } from './expectation';
import type { HubClient } from './hub-client';
import { fingerprints, listKeys, readRule, regenerateKey } from './hub-rule';
import { linkHub } from './link-hub';
import { proveKey } from './prove-key';
import { PROPAGATION_WINDOW } from './propagation';
import { readLink, sameResourceId } from './read-link';
import type { Report } from './report';
import { LockHeldError, LockLostError, type HeldLock, type RotationLock } from './rotation-lock';
import { POLLING } from './schedule';
import { verifyLink } from './verify-link';

/** Milliseconds waited beyond the window, for clocks that disagree and answers that take their time. */
const MARGIN = 30_000;

/** Milliseconds between looks while a window is waited out, at most. */
const LOOK_EVERY = 60_000;

/** Milliseconds after which the activity log shows what was done: 3 minutes were seen, nothing is promised. */
const LOG_LAG = 5 * 60_000;

/** Milliseconds that deploys of others may take in all which slipped in around the rotation's own. */
const LOCK_TIMEOUT = 60 * 60_000;

/** Milliseconds for which a lock that nobody has, and that cannot be taken again all the same, is tried. */
const LOCK_RETRY = 5 * 60_000;

/** Milliseconds between attempts at the lock. */
const LOCK_EVERY = 10_000;

/** A step of a rotation, in the order in which they come. */
export type RotationStep = 'anchor' | 'regenerate spare' | 'prove spare' | 'switch' | 'retire old' | 'seal';

/** How far a rotation is. */
export interface RotationProgress {
  /** The step that it is at. */
  readonly step: RotationStep;
  /** The same in words. */
  readonly message: string;
  /** The key that Communication Services was last linked with by this rotation; undefined before the first link. */
  readonly linked: KeyName | undefined;
  /** Azure's time when it is told, ISO 8601. */
  readonly time: string;
  /** Azure's time until which this step waits, ISO 8601. */
  readonly until?: string;
}

/** What a rotation of a link works with. */
export interface RotatePorts {
  /** Reads Azure Resource Manager. */
  readonly azure: AzureReader;
  /** Sends through the hub with a key, to prove it. */
  readonly hub: HubClient;
  /** Tells the time and waits. */
  readonly clock: Clock;
  /**
   * What deploys and other rotations of this link take too; `'alone'` when the caller vouches that there are none.
   * It is held all the time, but for the switch by a deploy, which takes it itself.
   */
  readonly lock: RotationLock | 'alone';
  /** The stack that owns the link. @default - nobody owns it: the link is switched by the call alone */
  readonly owner?: LinkOwner;
}

/** Whoever makes the link again when he deploys: a stack of Terraform's. */
export interface LinkOwner {
  /** The key that he links with, as of his last deploy; undefined when he does not say. */
  key(): Promise<KeyName | undefined>;
  /** Has him link with that key, by a deploy, so that he and Azure agree afterwards. Throws when that fails. */
  switchTo(key: KeyName): Promise<void>;
}

/** How a rotation of a link goes. */
export interface RotateOptions {
  /** The key to start from. @default the owner's, else the expectation's, else 'primary' */
  readonly from?: KeyName;
  /** Stops it; running it again is always safe. @default - nothing stops it */
  readonly signal?: AbortSignal;
  /** Told of every step, and of what it waits for. @default - nobody is told */
  readonly onProgress?: (progress: RotationProgress) => void;
}

/** What a rotation leaves behind. */
export interface RotationResult {
  /** The key that is linked now. */
  readonly linked: KeyName;
  /** The link as verified afterwards. */
  readonly report: Report;
}

/** A rotation that stopped. Running it again is always safe. */
export class RotationError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
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
 * interrupted run, a colleague or the portal did before, and the other key can be replaced. What others do meanwhile is
 * kept out by the lock, and what takes no lock is looked for in the activity log.
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
  private from: KeyName = 'primary';
  private to: KeyName = 'secondary';
  private linked: KeyName | undefined;
  /** Azure's time when the newest link of this rotation was answered. */
  private linkedAt = 0;
  /** Fingerprints of the keys as this rotation has seen and made them. */
  private keys: Readonly<Record<KeyName, string>> | undefined;
  /** Whether somebody replaced the key that is linked. */
  private linkedIsDead = false;
  private step: RotationStep = 'anchor';
  private held: HeldLock | undefined;
  /** Ends what is under way: the caller's wish, or the lock that is lost. */
  private readonly end = new AbortController();
  private readonly signal = this.end.signal;
  /** For what is under way, where stopping would cost the half hour that it takes to begin anew. */
  private readonly azure: AzureReader;

  constructor(
    private readonly ports: RotatePorts,
    private readonly expectation: LinkExpectation,
    private readonly options: RotateOptions,
  ) {
    this.azure = askingAgain(ports.azure, ports.clock, (message) => this.report(message));
  }

  async run(): Promise<RotationResult> {
    const { signal } = this.options;
    // Every request under way listens to it, and a look makes a dozen at once.
    setMaxListeners(0, this.signal);
    const stop = () => this.end.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await this.requireLinkToRotate();
      await this.takeLock();
      return await this.steps();
    } catch (error) {
      throw this.reasonOf(error);
    } finally {
      signal?.removeEventListener('abort', stop);
      await this.giveUpLock();
    }
  }

  private async steps(): Promise<RotationResult> {
    const { azure, owner } = this.ports;
    const { ruleId } = this.expectation;
    this.from = this.options.from ?? (await owner?.key()) ?? this.expectation.key ?? 'primary';
    this.to = this.from === 'primary' ? 'secondary' : 'primary';

    this.begin('anchor', `linking with the ${this.from} key, so that it is certain which one is in use`);
    await this.link(this.from);
    await this.waitOut();

    this.begin('regenerate spare', `making sure that nobody else has linked with the ${this.to} key`);
    await this.lookTwice();
    this.report(`regenerating the ${this.to} key, which nobody can be using`);
    this.keys = fingerprints(await regenerateKey(this.azure, ruleId, this.to, this.signal));
    // The same string again: whoever linked by hand in the last minutes, unseen as yet, does not stay on a dead key.
    await this.link(this.from);

    this.begin('prove spare', `waiting until the hub accepts the new ${this.to} key`);
    await this.prove();

    this.begin('switch', `linking with the new ${this.to} key`);
    await this.requireUndisturbed();
    // Whatever happens inside, the link may be on the new key from here on; both are valid.
    if (owner) await this.deploy(owner);
    // The deploy is for Terraform to know; that the link is switched is made certain here, by the same string.
    await this.link(this.to);
    await this.prove();
    await this.waitOut();

    this.begin('retire old', `making sure that nobody else has linked with the old ${this.from} key`);
    await this.lookTwice();
    this.report(`regenerating the old ${this.from} key, which nobody can be using any more`);
    this.keys = fingerprints(await regenerateKey(this.azure, ruleId, this.from, this.signal));

    // The same string again: so the activity log shows a link newer than any regenerated key, which is how 'verify'
    // tells, on any machine, that the linked key is alive.
    this.begin('seal', `linking with the ${this.to} key once more, after the last regeneration`);
    await this.link(this.to);
    const report = await verifyLink(
      { azure, hub: this.ports.hub, clock: this.ports.clock },
      { ...this.expectation, key: this.to },
      { level: 'config', signal: this.signal },
    );
    return { linked: this.to, report };
  }

  private async requireLinkToRotate(): Promise<void> {
    const { azure } = this.ports;
    const { communicationServiceId, notificationHubId, ruleId } = this.expectation;
    const link = await readLink(azure, communicationServiceId, this.signal);
    if (!link) throw this.stopped(`${communicationServiceId} does not exist`);
    if (!link.notificationHubId || !sameResourceId(link.notificationHubId, notificationHubId)) {
      throw this.stopped(
        `${communicationServiceId} is linked to ${link.notificationHubId ?? 'no hub'}; expected ${notificationHubId}; deploy the stack first`,
      );
    }
    const rule = await readRule(azure, ruleId, this.signal);
    if (!rule) throw this.stopped(`the rule ${ruleId} does not exist; deploy the stack first`);
    if (rule.rights.join() !== 'Send') {
      throw this.stopped(
        `the rights of ${ruleId} are ${rule.rights.join(', ') || 'none'}; expected Send; deploy the stack first`,
      );
    }
  }

  /** Has the owner switch over. The lock is his meanwhile, and may be anybody's before and after him. */
  private async deploy(owner: LinkOwner): Promise<void> {
    await this.giveUpLock();
    try {
      await owner.switchTo(this.to);
    } catch (error) {
      this.signal.throwIfAborted();
      throw this.stopped((error as Error).message, error);
    }
    await this.takeLock(LOCK_TIMEOUT);
    await this.requireKeys();
    const key = await owner.key();
    if (key === this.to) return;
    throw this.stopped(
      `the deploy has left the link on the ${key ?? 'same'} key; expected the ${this.to} one: ` +
        `either the stack does not take its key from what was written down, or somebody deployed an older one in between`,
    );
  }

  /** @param patience milliseconds for which deploys of others are waited for */
  private async takeLock(patience = 0): Promise<void> {
    const { lock, clock } = this.ports;
    if (lock === 'alone') return;
    for (const begin = clock.now(); ;) {
      this.signal.throwIfAborted();
      try {
        const held = await lock.acquire(this.signal);
        this.held = held;
        held.lost.addEventListener('abort', () => this.held === held && this.end.abort(held.lost.reason));
        if (held.lost.aborted) this.end.abort(held.lost.reason);
        return;
      } catch (error) {
        this.signal.throwIfAborted();
        const isHeld = error instanceof LockHeldError;
        if (!isHeld && patience === 0) throw error;
        const { message } = error as Error;
        const giveUp = clock.now() - begin >= Math.min(patience, isHeld ? patience : LOCK_RETRY);
        if (giveUp || (isHeld && error.byRotation)) throw this.stopped(message, error);
        this.report(`waiting for the lock: ${message}`);
        await clock.sleep(LOCK_EVERY, this.signal);
      }
    }
  }

  private async giveUpLock(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    await held?.release();
  }

  private async link(key: KeyName): Promise<void> {
    const keys = await linkHub(this.azure, this.expectation, key, this.signal);
    this.keys ??= keys;
    this.linked = key;
    this.linkedAt = this.azureNow();
  }

  /** Until the data plane can hold nothing older than the newest link, at the latest. */
  private async waitOut(): Promise<void> {
    const until = this.linkedAt + PROPAGATION_WINDOW + MARGIN;
    await this.waitUntil(until, 'waiting until the data plane can hold no other key');
  }

  /**
   * Before a key dies: looks, waits until the activity log shows all that was done before that look, looks again, and
   * makes certain of the lock.
   */
  private async lookTwice(): Promise<void> {
    await this.requireUndisturbed();
    const until = this.azureNow() + LOG_LAG;
    await this.waitUntil(until, 'waiting until the activity log shows what was done so far');
    await this.requireUndisturbed();
    await this.held?.confirm();
    this.signal.throwIfAborted();
  }

  private async waitUntil(until: number, message: string): Promise<void> {
    const { clock } = this.ports;
    this.report(message, until);
    let pause: number = POLLING.first;
    for (let left = until - this.azureNow(); left > 0; left = until - this.azureNow()) {
      await clock.sleep(Math.min(left, pause), this.signal);
      this.signal.throwIfAborted();
      pause = Math.min(pause * POLLING.factor, LOOK_EVERY);
      // Azure's clock is read from its answers; one a minute keeps it true.
      await this.lookForStrangers().catch((error: unknown) => {
        if (!(error instanceof AzureError && error.transient)) throw error;
      });
    }
  }

  /** @throws RotationError when somebody else linked or regenerated in the meantime */
  private async requireUndisturbed(): Promise<void> {
    await this.lookForStrangers();
    await this.requireKeys();
    const links = await readOperations(
      this.azure,
      this.expectation.communicationServiceId,
      LINK_OPERATION,
      this.linkedAt - LOG_LAG,
      this.azureNow(),
      this.signal,
    );
    // Azure tells its time in whole seconds.
    const stranger = links.find(({ time }) => time > this.linkedAt + 2_000);
    if (stranger) {
      throw this.stopped(`${stranger.caller} linked at ${new Date(stranger.time).toISOString()} meanwhile`);
    }
  }

  /** @throws RotationError when the rule is gone, or its keys are not those any more */
  private async requireKeys(): Promise<void> {
    const { ruleId } = this.expectation;
    const strings = await listKeys(this.azure, ruleId, this.signal);
    if (!strings) throw this.stopped(`the rule ${ruleId} was deleted`);
    const present = fingerprints(strings);
    const { keys } = this;
    const changed = keys && KEY_NAMES.filter((name) => present[name] !== keys[name]);
    if (!changed?.length) return;
    this.linkedIsDead = this.linked !== undefined && changed.includes(this.linked);
    throw this.stopped(`somebody else regenerated the ${changed.join(' and the ')} key of ${ruleId}`);
  }

  private async lookForStrangers(): Promise<void> {
    const { communicationServiceId, notificationHubId } = this.expectation;
    const link = await readLink(this.azure, communicationServiceId, this.signal);
    if (!link?.notificationHubId || !sameResourceId(link.notificationHubId, notificationHubId)) {
      throw this.stopped(`somebody else linked ${link?.notificationHubId ?? 'no hub'} meanwhile`);
    }
  }

  /** @throws RotationError when the hub does not accept the new key within its time */
  private async prove(): Promise<void> {
    const { azure, hub, clock } = this.ports;
    const doubt = await proveKey({ azure, hub, clock }, this.expectation, this.to, this.signal);
    if (doubt !== undefined) throw this.stopped(`the new ${this.to} key is not proved: ${doubt}`);
  }

  private begin(step: RotationStep, message: string): void {
    this.signal.throwIfAborted();
    this.step = step;
    this.report(message);
  }

  private report(message: string, until?: number): void {
    this.options.onProgress?.({
      step: this.step,
      message,
      linked: this.linked,
      time: new Date(this.azureNow()).toISOString(),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    });
  }

  /** The error as the caller gets it. */
  private reasonOf(error: unknown): unknown {
    if (error instanceof RotationError) return error;
    const { name, message } = error as Error;
    if (this.signal.reason instanceof LockLostError || error instanceof LockLostError) {
      const lost = error instanceof LockLostError ? error : (this.signal.reason as LockLostError);
      return this.stopped(`${lost.message}; others may deploy again`, lost);
    }
    if (this.signal.aborted || name === 'AbortError') return this.stopped('interrupted', error);
    return error instanceof AzureError ? this.stopped(message, error) : error;
  }

  private stopped(reason: string, cause?: unknown): RotationError {
    const linked = !this.linked
      ? 'this rotation has not touched the link'
      : this.linkedIsDead
        ? `linked was the ${this.linked} key as it was before: unless whoever did that has linked again, calls are refused, so run it again at once`
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
