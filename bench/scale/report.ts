import { markdown } from '../../scripts/markdown';
import type { Outcome } from './simulation';

export interface Result {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

const HEAD = [
  'events/s',
  'instances',
  'accounts',
  'partitions each',
  'asked of the limit',
  'claim p50 ms',
  'claim p99 ms',
  'turned away',
  'deliveries failed',
  'marks lost',
  'waiting, half way → end',
  'requests/event',
  '',
];

/** Changes that are asked for, two for an event, in parts of what the narrower of partitions and account takes. */
export function askedOf({ eventsPerSecond, partitions, accounts }: Outcome): number {
  return (2 * eventsPerSecond) / accounts / Math.min(2_000 * partitions, 20_000);
}

/** A table a case, each under its name. */
export function tables(results: readonly Result[]): string {
  return results
    .map(({ name, outcomes }) => `**${name}**\n\n${markdown([HEAD, outcomes.map(cells)])}`)
    .join('\n\n');
}

function cells(one: Outcome): string[] {
  return [
    String(one.eventsPerSecond),
    String(one.instances),
    String(one.accounts),
    String(one.partitions),
    percent(askedOf(one)),
    one.claimP50Ms.toFixed(0),
    one.claimP99Ms.toFixed(0),
    percent(one.throttled),
    percent(one.failedDeliveries),
    String(one.unmarked),
    one.waiting.join(' → '),
    one.requestsPerEvent.toFixed(2),
    one.works ? 'works' : '**fails**',
  ];
}

function percent(part: number): string {
  const value = 100 * part;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value.toFixed(1)} %`;
}

const [WIDTH, LEFT, BAR, GAP] = [900, 330, 18, 8];

/** An SVG: what each setting is asked for, against the limit, and whether it works. */
export function picture(results: readonly Result[]): string {
  const right = WIDTH - 90;
  const most = Math.max(1, ...results.flatMap(({ outcomes }) => outcomes.map(askedOf)));
  const x = (part: number) => LEFT + ((right - LEFT) * part) / most;
  let y = 34;
  let bars = '';
  for (const { name, outcomes } of results) {
    bars += text(8, y + 13, name, 'font-weight="bold"');
    y += BAR + GAP;
    for (const one of outcomes) {
      const asked = askedOf(one);
      const of = `${one.accounts} × ${one.partitions} partitions, ${one.eventsPerSecond} events/s`;
      bars += text(LEFT - 10, y + 13, of, 'text-anchor="end"');
      bars += `<rect x="${LEFT}" y="${y}" width="${(x(asked) - LEFT).toFixed(1)}" height="${BAR}" fill="${one.works ? '#2e7d32' : '#c62828'}"/>`;
      const verdict = one.works ? `works, p99 ${one.claimP99Ms.toFixed(0)} ms` : 'fails';
      bars += text(x(asked) + 6, y + 13, verdict);
      y += BAR + GAP;
    }
    y += GAP;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="13">` +
    `<rect width="100%" height="100%" fill="#fff"/>${bars}` +
    `<line x1="${x(1)}" x2="${x(1)}" y1="24" y2="${y - GAP}" stroke="#000" stroke-dasharray="4 3"/>` +
    `${text(x(1), 16, 'limit of partitions or account', 'text-anchor="middle"')}</svg>\n`
  );
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${more}>${content}</text>`;
}
