import type { Assumption } from '../assumption';

/** What hubs pass on to browsers. */
export const pushServices: readonly Assumption[] = [
  {
    id: 'headers-for-browsers',
    behaviour:
      "A hub passes the headers `TTL`, `Urgency` and `Topic` (RFC 8030) on to a browser's push service",
    doubt: "no document of Azure's says whether it does",
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06` with `ServiceBusNotification-Format: browser`, `Topic: a` twice while the browser is offline: does it show one notification, or two?',
    kit: { unsettled: 'needs a browser that is subscribed, and to be taken offline by hand' },
  },
  {
    id: 'outcomes-of-browsers',
    behaviour: 'Outcomes of browsers count in the metrics of all push services (`outgoing.allpns.*`) alone',
    doubt: 'the tables of metrics have none for browsers',
    call: '`GET {hub}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=outgoing.allpns.success` after a push to a subscribed browser: is it counted?',
    kit: { unsettled: 'needs a browser that is subscribed' },
  },
];
