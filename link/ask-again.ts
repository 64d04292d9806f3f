import type { AzureReader } from './azure-reader';
import { AzureError } from './azure-error';
import type { Clock } from './clock';

/** Milliseconds for which one request is repeated. */
const PATIENCE = 5 * 60_000;

/** Milliseconds before a repetition where Azure says no other. */
const REPEAT_AFTER = 5_000;

/** Actions that may have been done although no answer came, and that do more when they are done twice. */
const NOT_REPEATED: readonly string[] = ['regenerateKeys'];

/**
 * The same Azure, with requests repeated for five minutes: what could not be answered, and what was throttled, which
 * was not done and comes again when `Retry-After` is over. An action that does more when it is done twice is repeated
 * when it was throttled alone.
 * @param onWait told before each repetition
 */
export function askingAgain(
  azure: AzureReader,
  clock: Clock,
  onWait: (message: string) => void,
): AzureReader {
  const repeat = async <T>(
    ask: () => Promise<T>,
    signal: AbortSignal | undefined,
    mayRepeat: (error: AzureError) => boolean,
  ): Promise<T> => {
    for (const end = clock.now() + PATIENCE; ;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof AzureError) || !mayRepeat(error) || signal?.aborted) throw error;
        const pause = Math.max(error.details.retryAfter ?? 0, REPEAT_AFTER);
        if (clock.now() + pause > end) throw error;
        onWait(`asking Azure again in ${Math.ceil(pause / 1_000)} s: ${error.message}`);
        await clock.sleep(pause, signal);
        signal?.throwIfAborted();
      }
    }
  };
  const transient = (error: AzureError) => error.transient;
  const throttled = (error: AzureError) => error.kind === 'throttled';
  return {
    get: (id, version, signal) => repeat(() => azure.get(id, version, signal), signal, transient),
    query: (path, version, query, signal) =>
      repeat(() => azure.query(path, version, query, signal), signal, transient),
    act: (id, action, version, body, signal) =>
      repeat(
        () => azure.act(id, action, version, body, signal),
        signal,
        NOT_REPEATED.includes(action) ? throttled : transient,
      ),
    azureNow: () => azure.azureNow(),
    get requests() {
      return azure.requests;
    },
  };
}
