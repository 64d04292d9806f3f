import { startContender, type ContenderName, type Place } from './contenders';
import { answerQuestions } from './questions';
import { usage } from './usage';

/** One contender in a process of its own. */

export interface Round {
  /** Numbers of the events. */
  readonly events: readonly number[];
  /** So many at a time. */
  readonly concurrency: number;
}

export interface RoundResult {
  readonly seconds: number;
  /** Processor time of the contender's process, in seconds. */
  readonly cpuSeconds: number;
  /** From handing an event over to its end, in milliseconds. */
  readonly latencies: readonly number[];
}

const prepare = startContender(process.argv[2] as ContenderName, JSON.parse(process.argv[3]!) as Place);

async function play({ events, concurrency }: Round): Promise<RoundResult> {
  const all = events.map(prepare);
  const latencies: number[] = [];
  let at = 0;
  const worker = async () => {
    for (let handle = all[at++]; handle; handle = all[at++]) {
      const start = performance.now();
      await handle();
      latencies.push(performance.now() - start);
    }
  };
  const cpu = usage.cpu();
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  return { seconds, cpuSeconds: usage.cpu() - cpu, latencies };
}

answerQuestions({ play, ...usage });
process.send!('ready');
