import { useState } from 'preact/hooks';
import { ask } from './control';
import type { Operation } from './operations';
import { usePage } from './page-context';

export interface Outcome {
  readonly failed: boolean;
  readonly text: string;
}

export interface Doing {
  readonly operation: Operation;
  /** What is said when it is done. */
  readonly done: string;
  readonly onDone?: () => void;
}

/** Does something by the control API, once at a time, and keeps what came of it. */
export function useAction({ operation, done, onDone }: Doing) {
  const { token, connected } = usePage();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const able = token !== undefined && connected;
  const run = async () => {
    if (busy || !able) return;
    setBusy(true);
    setOutcome(undefined);
    try {
      await ask(operation, token);
      setOutcome({ failed: false, text: done });
      onDone?.();
    } catch (error) {
      setOutcome({ failed: true, text: (error as Error).message });
    } finally {
      setBusy(false);
    }
  };
  return { able, busy, outcome, run: () => void run() };
}
