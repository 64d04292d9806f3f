import { app } from '@azure/functions';

/** An app that does nothing with an event: what host, worker and programming model cost by themselves. */
app.eventGrid('messages', { handler: () => Promise.resolve() });
