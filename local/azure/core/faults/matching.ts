import type { LocalRequest } from '../http';
import { seededRandom } from '../random';
import type { RequestMatch } from './fault';

/** Tells which requests a rule strikes, and counts those that fit. */
export class Matcher {
  private readonly method: RegExp;
  private readonly host: RegExp;
  private readonly path: RegExp;
  private fitting = 0;
  private readonly ofRoute = new Map<string, number>();

  constructor(
    private readonly match: RequestMatch,
    private readonly seed: string,
  ) {
    this.method = new RegExp(`^(?:${(match.method ?? '*').split('|').map(pattern).join('|')})$`, 'i');
    this.host = new RegExp(`^${pattern(match.host ?? '*')}$`, 'i');
    this.path = new RegExp(`^${pattern(match.path ?? '*')}$`, 'i');
  }

  /** What the fault may draw from, when this request is struck. */
  strikes(request: LocalRequest): (() => number) | undefined {
    const { from, nth, every, percent } = this.match;
    if (from && from !== (request.remoteAddress === undefined ? 'inside' : 'outside')) return undefined;
    if (!this.method.test(request.method)) return undefined;
    if (!this.host.test(request.host) || !this.path.test(request.path)) return undefined;
    this.fitting += 1;
    const random = seededRandom(`${this.seed}/${this.numbered(request)}`);
    if (nth !== undefined && ![nth].flat().includes(this.fitting)) return undefined;
    if (every !== undefined && this.fitting % every !== 0) return undefined;
    // Drawn by the route, so that the order in which requests of several routes come changes nothing.
    if (percent !== undefined && random() * 100 >= percent) return undefined;
    return random;
  }

  private numbered({ method, host, path }: LocalRequest): string {
    const route = `${method} ${host}${path.toLowerCase()}`;
    const count = (this.ofRoute.get(route) ?? 0) + 1;
    this.ofRoute.set(route, count);
    return `${route}#${count}`;
  }
}

function pattern(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
}
