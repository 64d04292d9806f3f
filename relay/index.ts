import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  app as functionApp,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';
import { RELAY_FUNCTIONS, RELAY_SETTINGS, type RelayFunction } from './contract';
import { problem, type ApiResponse } from './devices/problem';
import { SettingsError } from './errors';
import { partOf } from './parts';
import type { Log, LogLevel } from './ports';
import { readPart } from './settings';
import { startRelay, type StartedRelay } from './start';
import type { Templates } from './words';

const part = readPart(process.env);

/** Takes the functions of the app's part, or of all parts, and leaves out the others. */
const app = partOf(functionApp, part);

/** Each line goes to the invocation it belongs to. */
class InvocationLog implements Log {
  constructor(private readonly context: InvocationContext) {}

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.context[level](JSON.stringify({ message, ...fields }));
  }
}

/**
 * What is said outside of any invocation. The host takes each line that the process prints for one of the app's: on
 * standard output as information, on standard error by the words in it (WorkerProcess.cs of azure-functions-host).
 */
const processLog: Log = {
  write: (level, message, fields) => {
    const line = JSON.stringify({ message, ...fields });
    if (level === 'info') process.stdout.write(`${line}\n`);
    else process.emitWarning(line, 'Relay');
  },
};

/** A wrong configuration is told at the start and at each invocation, until it is right. */
function start(): StartedRelay | SettingsError {
  try {
    const templates = JSON.parse(readFileSync(join(__dirname, 'templates.json'), 'utf8')) as Templates;
    return startRelay(process.env, templates, processLog);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

const started = start();

/** What the devices API, and what belongs to it, gets of a request. */
type HttpApiRequest<P extends string> = {
  readonly method: string;
  header(name: string): string | null;
  text(): Promise<string>;
} & Readonly<Record<P, string>>;

interface HttpApi<P extends string> {
  handle(request: HttpApiRequest<P>, log: Log): Promise<ApiResponse>;
}

const refusal = problem(503, 'the devices API is not configured');
const NOT_CONFIGURED: ApiResponse = { ...refusal, headers: { ...refusal.headers, 'retry-after': '60' } };

app.hook.appStart(() => {
  const problems =
    started instanceof SettingsError
      ? [started.message]
      : [
          ...started.warnings,
          ...[part === 'events' ? undefined : started.devices, started.linkHealth].flatMap((configured) =>
            configured instanceof SettingsError ? [configured.message] : [],
          ),
        ];
  for (const message of problems) process.emitWarning(message, 'RelaySettings');
});

// The worker ends after five seconds at most (WorkerTerminateGracePeriodInSeconds of azure-functions-host).
app.hook.appTerminate(() => (started instanceof SettingsError ? undefined : started.stop()));

async function handleEvent(event: unknown, context: InvocationContext): Promise<void> {
  if (started instanceof SettingsError) throw started;
  await started.relay!.handle(event, context.functionName, new InvocationLog(context));
}

app.eventGrid(RELAY_FUNCTIONS.calls, { handler: handleEvent });
app.eventGrid(RELAY_FUNCTIONS.messages, { handler: handleEvent });
app.eventGrid(RELAY_FUNCTIONS.recordings, { handler: handleEvent });

serve(
  RELAY_FUNCTIONS.devices,
  ['GET', 'PUT', 'DELETE'],
  'devices/{installationId}',
  (relay) => relay.devices,
);
serve(RELAY_FUNCTIONS.users, ['GET', 'DELETE'], 'users/{rawId}/devices', (relay) => relay.users);
serve(
  RELAY_FUNCTIONS.preferences,
  ['GET', 'PUT', 'DELETE'],
  'users/{rawId}/preferences',
  (relay) => relay.preferences,
);

/** Registers an HTTP function whose route names one thing; `of` gives the API that answers. */
function serve<P extends string>(
  name: RelayFunction,
  methods: HttpMethod[],
  route: `${string}/{${P}}${string}`,
  of: (relay: StartedRelay) => HttpApi<P> | SettingsError,
): void {
  const parameter = /\{(\w+)\}/.exec(route)![1] as P;
  app.http(name, {
    methods,
    // The relay checks the caller's Entra token; a function key would be one more secret in the app.
    authLevel: 'anonymous',
    route,
    handler: async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
      const api = started instanceof SettingsError ? started : of(started);
      if (api instanceof SettingsError) return response(NOT_CONFIGURED);
      const asked = {
        method: request.method,
        header: (name: string) => request.headers.get(name),
        text: () => request.text(),
        [parameter]: request.params[parameter] ?? '',
      } as HttpApiRequest<P>;
      return response(await api.handle(asked, new InvocationLog(context)));
    },
  });
}

function response({ status, headers, body }: ApiResponse): HttpResponseInit {
  return { status, headers, jsonBody: body };
}

app.timer(RELAY_FUNCTIONS.cleanUp, {
  schedule: '0 17 3 * * *',
  handler: async (_timer: unknown, context: InvocationContext): Promise<void> => {
    if (started instanceof SettingsError) throw started;
    await started.cleanUp(new InvocationLog(context));
  },
});

app.timer(RELAY_FUNCTIONS.sweep, {
  schedule: '0 */5 * * * *',
  handler: async (_timer: unknown, context: InvocationContext): Promise<void> => {
    if (started instanceof SettingsError) throw started;
    await started.sweep(new InvocationLog(context));
  },
});

if (process.env[RELAY_SETTINGS.linkHubId]) {
  app.timer(RELAY_FUNCTIONS.linkHealth, {
    schedule: '0 */5 * * * *',
    handler: async (_timer: unknown, context: InvocationContext): Promise<void> => {
      if (started instanceof SettingsError) throw started;
      if (started.linkHealth instanceof SettingsError) throw started.linkHealth;
      await started.linkHealth?.report(new InvocationLog(context));
    },
  });
}
