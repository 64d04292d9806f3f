import { ago, duration, timeOfDay, useAzureNow } from './azure-time';

/** What is left until then, counted down. */
export function Countdown({ until }: { readonly until: string }) {
  return <span class="countdown">{duration(Date.parse(until) - useAzureNow())}</span>;
}

/** How long ago it was. */
export function Ago({ time }: { readonly time: string }) {
  return (
    <time dateTime={time} title={time}>
      {ago(useAzureNow() - Date.parse(time))}
    </time>
  );
}

/** When it was. */
export function At({ time }: { readonly time: string }) {
  return (
    <time dateTime={time} title={time}>
      {timeOfDay(time)}
    </time>
  );
}
