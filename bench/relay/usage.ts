/** After a collection, in megabytes. */
export interface Memory {
  readonly heapMb: number;
  readonly rssMb: number;
}

/** Answers for a process that was started with `--expose-gc`. */
export const usage = {
  /** Processor time since the process began, in seconds. */
  cpu(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  memory(): Memory {
    globalThis.gc!();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
  },
};
