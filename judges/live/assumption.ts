import type { World } from './world';

/** A behaviour of local Azure that no source states, and how to find out. */
export interface Assumption {
  /** Of its row in docs/local-azure.md, of its witnesses in docs/witnesses.json, of its row in docs/parity.md. */
  readonly id: string;
  /** What local Azure does, as Markdown. */
  readonly behaviour: string;
  /** Why nobody can rely on it: what sources say and leave open, as Markdown. */
  readonly doubt: string;
  /**
   * The call to a real subscription that settles it, and what to look at in the answer, as Markdown. ARM paths begin
   * below the subscription or the resource group.
   */
  readonly call: string;
  /** How the live kit finds out, or why it does not. */
  readonly kit: Settled | Unsettled;
}

/** Finds out in the given Azure; the same steps are taken in local Azure. */
export interface Settled {
  /**
   * What is looked at in the answers, in few words, without names and ids: two Azures behave alike when both say the same.
   * @throws NotSettled when the steps before the question could not be taken
   */
  settle(world: World): Promise<string>;
  /** What of the row this leaves open. */
  readonly leavesOpen?: string;
}

export interface Unsettled {
  /** Why half an hour in free tiers does not settle it. */
  readonly unsettled: string;
}

export function isSettled(kit: Assumption['kit']): kit is Settled {
  return 'settle' in kit;
}
