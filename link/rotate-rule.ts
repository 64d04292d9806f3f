import { setMaxListeners } from 'node:events';
import { askingAgain } from './ask-again';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import type { Clock } from './clock';
import { parseConnectionString } from './connection-string';
import { validateExpectation, type HubExpectation, type KeyName } from './expectation';
import type { HubClient } from './hub-client';
import { listKeys, readRule, regenerateKey } from './hub-rule';
import { proveKey } from './prove-key';
import { RotationError } from './rotate';
import { LockHeldError, LockLostError, type HeldLock, type RotationLock } from './rotation-lock';

/** How often in a row a hub has to accept a new key: its front ends may not learn of it at the same time. */
const ACCEPTED_TIMES = 3;

/** Milliseconds between two questions. */
const ASK_EVERY = 2_000;

/** How many questions a hub may answer with a refusal of a new key: five minutes of them. */
const REFUSED_TIMES = 150;

/** What a rotation of a rule works with. */
export interface RotateRulePorts {
  /** Reads Azure Resource Manager. */
  readonly azure: AzureReader;
  /** Sends through the hub with a key, to prove it. */
  readonly hub: HubClient;
  /** Tells the time and waits. */
  readonly clock: Clock;
  /** As of {@link RotatePorts.lock}: of two rotations at once, each could take the key that the other relies on. */
  readonly lock: RotationLock | 'alone';
}

/** How a rotation of a rule goes. */
export interface RotateRuleOptions {
  /** Stops it; running it again is always safe. @default - nothing stops it */
  readonly signal?: AbortSignal;
  /** Told before every step, in words. @default - nobody is told */
  readonly onProgress?: (message: string) => void;
}

/**
 * Replaces both keys of rules whose user reads them himself, as the relay does: one key at a time, and the second only
 * when the hub accepts the new first one. Whoever is refused with one key finds the other working, so that nothing is
 * lost; and since nothing is remembered, it can be run again after it was interrupted anywhere.
 *
 * @throws RotationError saying what stopped it
 * @throws ResourceIdError when an id is malformed
 */
export async function rotateRules(
  ports: RotateRulePorts,
  expectations: readonly HubExpectation[],
  options: RotateRuleOptions = {},
): Promise<void> {
  expectations.forEach(validateExpectation);
  const end = new AbortController();
  // Every request under way listens to it, and a look makes a dozen at once.
  setMaxListeners(0, end.signal);
  const stop = () => end.abort(options.signal?.reason);
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  let held: HeldLock | undefined;
  let ruleId = 'the rules';
  try {
    const rotations = expectations.map(
      (expectation) => new RuleRotation(ports, expectation, end.signal, options.onProgress),
    );
    for (const rotation of rotations) {
      ({ ruleId } = rotation.expectation);
      await rotation.right();
    }
    held = ports.lock === 'alone' ? undefined : await ports.lock.acquire(end.signal);
    held?.lost.addEventListener('abort', () => end.abort(held?.lost.reason), { once: true });
    for (const rotation of rotations) {
      ({ ruleId } = rotation.expectation);
      await rotation.run(held);
    }
  } catch (error) {
    throw stopped(ruleId, error, end.signal);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await held?.release();
  }
}

function stopped(ruleId: string, error: unknown, { aborted, reason }: AbortSignal): unknown {
  const known = [AzureError, Refusal, LockHeldError, LockLostError].some((kind) => error instanceof kind);
  if (!known && !aborted) return error;
  const why = !aborted ? error : reason instanceof LockLostError ? reason : new Error('interrupted');
  return new RotationError(
    `rotation of ${ruleId} stopped: ${(why as Error).message}; no key died before the hub accepted the other; ` +
      `run it again: it begins anew and ends right`,
    undefined,
    { cause: error },
  );
}

class Refusal extends Error {}

class RuleRotation {
  constructor(
    private readonly ports: RotateRulePorts,
    readonly expectation: HubExpectation,
    private readonly signal: AbortSignal,
    private readonly onProgress: RotateRuleOptions['onProgress'],
  ) {}

  async run(held: HeldLock | undefined): Promise<void> {
    const { ruleId } = this.expectation;
    const { azure, clock } = this.ports;
    const patient = askingAgain(azure, clock, (message) => this.onProgress?.(message));
    const right = await this.right(patient);
    // After an interrupted run the primary key may be new; until the hub knows it, the secondary one may not go.
    await this.prove(right, 'primary');
    for (const key of ['secondary', 'primary'] as const) {
      this.onProgress?.(`regenerating the ${key} key of ${ruleId}`);
      await held?.confirm();
      await regenerateKey(patient, ruleId, key, this.signal);
      await this.prove(right, key);
    }
  }

  /** What the rule may do; a Refusal when that is not one of what the relay uses. */
  async right(azure = this.ports.azure): Promise<'Send' | 'Listen'> {
    const rule = await readRule(azure, this.expectation.ruleId, this.signal);
    if (!rule) throw new Refusal('it does not exist; deploy the stack first');
    const right = rule.rights.join(', ');
    if (right === 'Send' || right === 'Listen') return right;
    throw new Refusal(`its rights are ${right || 'none'}; expected Send or Listen; deploy the stack first`);
  }

  private async prove(right: 'Send' | 'Listen', key: KeyName): Promise<void> {
    const { clock } = this.ports;
    const { signal } = this;
    this.onProgress?.(`waiting until the hub accepts the ${key} key of ${this.expectation.ruleId}`);
    for (let accepted = 0, refused = 0; accepted < ACCEPTED_TIMES;) {
      const doubt = right === 'Send' ? await this.sends(key) : await this.listens(key);
      accepted = doubt === undefined ? accepted + 1 : 0;
      if (doubt !== undefined && ++refused >= REFUSED_TIMES) throw new Refusal(doubt);
      if (accepted < ACCEPTED_TIMES) await clock.sleep(ASK_EVERY, signal);
      signal?.throwIfAborted();
    }
  }

  private async sends(key: KeyName): Promise<string | undefined> {
    const doubt = await proveKey(this.ports, this.expectation, key, this.signal);
    if (doubt !== undefined) throw new Refusal(doubt);
    return undefined;
  }

  private async listens(key: KeyName): Promise<string | undefined> {
    try {
      return await this.listensNow(key);
    } catch (error) {
      // Both questions can be asked again, and between two keys is no place to stop at.
      if (error instanceof AzureError && error.transient) return error.message;
      throw error;
    }
  }

  private async listensNow(key: KeyName): Promise<string | undefined> {
    const { azure, hub } = this.ports;
    const { ruleId, notificationHubId } = this.expectation;
    const strings = await listKeys(azure, ruleId, this.signal);
    if (!strings) throw new Refusal('it was deleted');
    const name = notificationHubId.split('/').pop()!;
    const status = await hub.listen(parseConnectionString(strings[key]), name, this.signal);
    return status === 401 ? `the hub refuses its ${key} key (401)` : undefined;
  }
}
