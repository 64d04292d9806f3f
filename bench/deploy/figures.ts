import { AZURE_LATENCY, NO_LATENCY, type Latency } from './latency';
import { PARALLELISM, WIDE_PARALLELISM } from './pace';
import type { Recording, Walk } from './record';
import { neededRequests, neededSeconds, secondsOf, type World } from './step';
import { lengthOf, longestChain, walk } from './walk';

/** One bar of a Gantt chart, in seconds from the beginning of the apply. */
export interface Bar {
  readonly address: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Of it what a provider waits although Azure has answered. */
  readonly waited: number;
}

export interface Timing {
  /** Planning and applying, without what Terraform itself computes. */
  readonly seconds: number;
  readonly planSeconds: number;
  /** The same as `seconds`, with `WIDE_PARALLELISM` nodes at once. */
  readonly wideSeconds: number;
  /** The longest chain of requests that must follow each other, with what Azure takes for them. */
  readonly criticalSeconds: number;
  readonly bars: readonly Bar[];
}

export interface Figures {
  readonly changed: number;
  readonly requests: number;
  /** Addresses on the longest chain of requests that must follow each other, and how many requests these are. */
  readonly criticalRequests: number;
  readonly criticalChain: readonly string[];
  readonly none: Timing;
  readonly azure: Timing;
}

/** What a recorded deploy takes with the real providers, in virtual time. */
export function figuresOf(recording: Recording): Figures {
  const { plan, apply, changed } = recording;
  const chain = longestChain(apply.graph, (node) => {
    const step = apply.steps.get(node);
    return step ? neededRequests(step).length : 0;
  });
  const count = ({ steps }: Walk) =>
    [...steps.values()].reduce((sum, { requests }) => sum + requests.length, 0);
  return {
    changed,
    requests: count(plan) + count(apply),
    criticalRequests: chain.weight,
    criticalChain: chain.nodes.map(addressOf),
    none: timing(recording, NO_LATENCY),
    azure: timing(recording, AZURE_LATENCY),
  };
}

function timing({ plan, apply, dataPlaneAwaited }: Recording, latency: Latency): Timing {
  const world: World = { latency, dataPlaneAwaited };
  const seconds =
    ({ steps }: Walk) =>
    (node: string) => {
      const step = steps.get(node);
      return step ? secondsOf(step, world) : 0;
    };
  const spansOf = (recorded: Walk, places: number) => walk(recorded.graph, seconds(recorded), places);
  const planSeconds = lengthOf(spansOf(plan, PARALLELISM));
  const spans = spansOf(apply, PARALLELISM);
  const wide = [plan, apply].map((recorded) => lengthOf(spansOf(recorded, WIDE_PARALLELISM)));
  const critical = longestChain(apply.graph, (node) => {
    const step = apply.steps.get(node);
    return step ? neededSeconds(step, world) : 0;
  });
  const bars = spans.flatMap(({ node, start, end }): Bar[] => {
    const step = apply.steps.get(node);
    if (!step || node.startsWith('provider[')) return [];
    const answered = step.requests.reduce((sum, request) => sum + latency.answer(request), 0);
    const behind = Math.max(0, ...step.requests.map((request) => latency.behind(request)));
    const waited = Math.max(0, end - start - answered - (step.action === 'create' ? behind : 0));
    return [
      {
        address: addressOf(node),
        type: step.type,
        start: rounded(start),
        end: rounded(end),
        waited: rounded(waited),
      },
    ];
  });
  return {
    seconds: rounded(planSeconds + lengthOf(spans)),
    planSeconds: rounded(planSeconds),
    wideSeconds: rounded(wide.reduce((sum, one) => sum + one, 0)),
    criticalSeconds: rounded(critical.weight),
    bars: bars.sort((a, b) => a.start - b.start || a.end - b.end || a.address.localeCompare(b.address)),
  };
}

const addressOf = (node: string) => node.replace(/ \((expand|destroy)\)$/, '');
const rounded = (seconds: number) => Number(seconds.toFixed(2));
