import { useEffect, useRef } from 'preact/hooks';
import type { ShownPush } from '../model';
import { SERVICE_NAMES } from './names';

/** A push as its push service got it: headers and payload. */
export function RawPush({ push, onClose }: { readonly push: ShownPush; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { number, time, service, hubId, handle, rawId, headers, payload } = push;
  const facts = { time, service: SERVICE_NAMES[service], hub: hubId, handle, user: rawId ?? 'not known' };
  return (
    <dialog ref={dialog} class="raw" aria-labelledby="raw-title" onClose={onClose}>
      <header class="section-head">
        <h2 id="raw-title">Push {number}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Facts facts={facts} />
      <h3>Headers</h3>
      {Object.keys(headers).length === 0 ? <p class="hint">None.</p> : <Facts facts={headers} />}
      <h3>Payload</h3>
      <pre tabIndex={0} aria-label="Payload">
        {typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2)}
      </pre>
    </dialog>
  );
}

function Facts({ facts }: { readonly facts: Readonly<Record<string, string>> }) {
  return (
    <dl class="facts">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
