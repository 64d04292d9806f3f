import { chatEvent, CONTENDERS, type Place } from './contenders';

/**
 * One contender in a process of its own. Each message from the parent is a round: so many events, so many at a time.
 */

export interface Round {
  readonly events: number;
  readonly concurrency: number;
}

export interface RoundResult {
  readonly events: number;
  readonly seconds: number;
  /** Processor time of this process, in seconds. */
  readonly cpuSeconds: number;
  /** From handing the event over to its end, in milliseconds, sorted. */
  readonly latencies: number[];
  /** After a collection, in megabytes. */
  readonly heapMb: number;
  readonly rssMb: number;
}

let next = Number(process.argv[4] ?? 0);
const prepare = CONTENDERS[process.argv[2]!]!(JSON.parse(process.argv[3]!) as Place);

async function play({ events, concurrency }: Round): Promise<RoundResult> {
  const all = Array.from({ length: events }, () => prepare(chatEvent(next++)));
  const latencies: number[] = [];
  let at = 0;
  const worker = async () => {
    for (let handle = all[at++]; handle; handle = all[at++]) {
      const start = performance.now();
      await handle();
      latencies.push(performance.now() - start);
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    events,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    latencies: latencies.sort((a, b) => a - b),
    heapMb: heapUsed / 1e6,
    rssMb: rss / 1e6,
  };
}

process.on('message', (round: Round) => {
  void play(round).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
