import { AzureError } from '../azure-error';
import { environmentProblem } from '../cloud';
import type { AccessToken, GetTokenOptions, TokenCredential } from '../token-credential';
import { readSettings, refusal, type SignInSettings } from './settings';
import { signInError, WayUnavailable } from './sign-in-error';
import { NetworkWatch } from './watch';
import type { WatchOptions } from './watch-options';
import { missing, OTHER_WAYS, PROVIDER_WAYS, type Way } from './ways';

/** By which ways to sign in is tried, and who is told of it. */
export interface SignInOptions extends WatchOptions {
  /**
   * Subscription of the resources, which a provider block names too: of several accounts of the Azure CLI, the one that
   * has it. @default ARM_SUBSCRIPTION_ID
   */
  readonly subscriptionId?: string;
}

interface Chosen {
  readonly name: string;
  readonly credential: TokenCredential;
  readonly watch: NetworkWatch;
}

/**
 * Signs in as azurerm would with the same environment, so that what runs inside or beside a deploy needs nothing of
 * its own. Every failure is an AzureError: `network` when a host cannot be reached, `credentials` when the sign-in was
 * refused or there is nobody to sign in as.
 */
export class SignIn implements TokenCredential {
  private readonly chosen: readonly Chosen[];
  private readonly hints: readonly string[];
  private used: string | undefined;

  /** @throws AzureError of kind `credentials` naming what of the environment is not supported or contradicts itself */
  constructor(environment: NodeJS.ProcessEnv, options: SignInOptions = {}) {
    const problem = environmentProblem(environment);
    if (problem) throw refusal(problem);
    const read = readSettings(environment);
    const settings: SignInSettings = {
      ...read,
      subscriptionId: options.subscriptionId ?? read.subscriptionId,
    };
    this.hints = PROVIDER_WAYS.map((way) => hintOf(way, settings)).filter((hint) => hint !== undefined);
    this.chosen = waysFor(settings).map((way) => {
      const watch = new NetworkWatch(options);
      return { name: way.name, credential: way.credential(settings, watch), watch };
    });
  }

  /** The way that gave the last token. */
  get way(): string | undefined {
    return this.used;
  }

  /** A token by the first way that gives one. @throws AzureError */
  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const tried: string[] = [];
    for (const { name, credential, watch } of this.chosen) {
      const start = Date.now();
      watch.last = undefined;
      try {
        const token = await credential.getToken(scopes, options);
        if (!token) throw new WayUnavailable('no token');
        this.used = name;
        return token;
      } catch (error) {
        if (options.abortSignal?.aborted) throw new DOMException('the sign-in was stopped', 'AbortError');
        const told =
          error instanceof WayUnavailable ? error : signInError(error, name, watch.last, Date.now() - start);
        if (!(told instanceof WayUnavailable)) throw told;
        tried.push(`${name}: ${told.message}`);
      }
    }
    throw nobody([...tried, ...this.hints]);
  }
}

/** The first way of the providers that is complete; the Azure CLI, which always is, is followed by the others. */
function waysFor(settings: SignInSettings): Way[] {
  const complete = (way: Way) => way.on(settings) && missing(way, settings).length === 0;
  const way = PROVIDER_WAYS.find(complete);
  if (way && way.name !== 'Azure CLI') return [way];
  return [...(way ? [way] : []), ...OTHER_WAYS.filter(complete)];
}

/** Of a way that is half there, what it lacks: most often the reason why nobody could be found. */
function hintOf(way: Way, settings: SignInSettings): string | undefined {
  const lacks = missing(way, settings);
  const given = Object.keys(way.needs).length - lacks.length;
  const last = Object.values(way.needs).at(-1);
  if (lacks.length === 0 || given === 0 || !last?.(settings)) return undefined;
  return `${way.name}: ${lacks.join(' and ')} missing`;
}

function nobody(tried: readonly string[]): AzureError {
  return new AzureError(
    'credentials',
    `no credentials for Azure; tried: ${tried.join(' | ')}; sign in with 'az login', or set what azurerm takes (ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET, …): docs/signing-in.md`,
  );
}
