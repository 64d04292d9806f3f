import { useEffect, useState } from 'preact/hooks';
import type { PageModel } from '../model';

/** How long until a connection that the browser gave up is tried again. */
const RETRY_MS = 1000;

/** What is known of local Azure, and whether it still comes. */
export interface Live {
  readonly model: Partial<PageModel>;
  readonly connection: 'opening' | 'open' | 'lost';
  /** When the clock of the model came, by `performance.now()`. */
  readonly clockAt: number;
}

/** Follows local Azure for as long as the page is open; what was known stays while the connection is lost. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ model: {}, connection: 'opening', clockAt: 0 });
  useEffect(() => follow((change) => setLive(change)), []);
  return live;
}

function follow(change: (next: (live: Live) => Live) => void): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/page/events');
    source.onopen = () => change((live) => ({ ...live, connection: 'open' }));
    source.onerror = () => {
      change((live) => ({ ...live, connection: 'lost' }));
      // By itself a browser tries again only what broke off, not what was refused.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const part = JSON.parse(data) as Partial<PageModel>;
      change((live) => ({
        ...live,
        model: { ...live.model, ...part },
        ...(part.clock && { clockAt: performance.now() }),
      }));
    };
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
