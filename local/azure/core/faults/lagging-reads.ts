import type { LocalRequest, LocalResponse } from '../http';
import type { FaultContext, FaultOf, FaultyCall, Outcome } from './fault';

const READS = ['GET', 'HEAD'] as const;

/** Reads that lag a write, as replicas do: what is read is what was there before. Lists show the write at once. */
export class LaggingReads {
  private readonly before = new Map<string, { answer: LocalResponse; until: number }>();

  constructor(private readonly context: FaultContext) {}

  async write({ milliseconds }: FaultOf<'lagging-reads'>, { request, next }: FaultyCall): Promise<Outcome> {
    // Of those whose signature covers the method nothing can be read in the client's name.
    const reads = READS.map((method) => ({ ...request, method, body: Buffer.alloc(0) }));
    const answers = await Promise.all(reads.map((read) => this.context.dispatch(read)));
    const before = answers.map((answer) => structuredClone(answer));
    const outcome = await next();
    const until = this.context.clock.now() + milliseconds;
    if ((outcome.answer?.status ?? 0) >= 400) return outcome;
    for (const [index, answer] of before.entries()) {
      if (answer.status < 300 || answer.status === 404)
        this.before.set(keyOf(reads[index]!), { answer, until });
    }
    return outcome;
  }

  intercept(request: LocalRequest): Promise<Outcome> | undefined {
    const old = this.before.get(keyOf(request));
    if (!old) return undefined;
    if (this.context.clock.now() < old.until) return Promise.resolve({ answer: old.answer });
    this.before.delete(keyOf(request));
    return undefined;
  }

  clear(): void {
    this.before.clear();
  }
}

function keyOf({ method, host, path }: LocalRequest): string {
  return `${method} ${host}${path.toLowerCase()}`;
}
