import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { format } from 'node:util';
import { CoreApi, type LogLevel, type RegisteredFunction, type RpcHttp } from './core-api';
import { readEventGridRequest } from './event-grid';
import { readLogLevels } from './log-levels';
import { compileRoute, matchRoute, type HttpRoute } from './routes';

/**
 * The process of one Function App. It loads the app's package with the real v4 programming model in it and
 * serves its triggers over plain http on loopback.
 *
 * Its parent starts it with the folder as argument, reads the port and the functions from the first message,
 * and log lines from the following ones. When the parent is gone, so is this.
 */

/** Flex Consumption takes bodies up to 210 MB; nobody here needs more than this. */
const MAX_BODY = 100 * 1024 * 1024;

/**
 * How long an app may take to end, in milliseconds: WorkerTerminateGracePeriodInSeconds of Azure's host.
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/WorkerConstants.cs
 */
const TERMINATE_FOR_MS = 5_000;

type FromHost =
  | { kind: 'ready'; port: number; functions: { name: string; type: string }[] }
  | { kind: 'log'; line: string };

function tell(message: FromHost): void {
  process.send?.(message);
}

const folder = process.argv[2]!;
const log = (level: LogLevel, message: string) => tell({ kind: 'log', line: `${level}: ${message}` });
const levels = readLogLevels(folder);
const core = new CoreApi((level, message, category) => {
  if (levels.writes(category, level)) log(level, message);
});

process.on('disconnect', () => process.exit(0));
process.on('warning', (warning) => log('warning', `${warning.name}: ${warning.message}`));

function trigger(registered: RegisteredFunction): {
  name: string;
  type: string;
  [property: string]: unknown;
} {
  for (const [name, binding] of Object.entries(registered.metadata.bindings)) {
    if (/trigger$/i.test(binding.type)) return { ...binding, name, type: binding.type };
  }
  throw new Error(`function '${registered.metadata.name}' has no trigger`);
}

/** Runs one function once, hooks included, as the Node.js worker does. */
async function invoke(
  registered: RegisteredFunction,
  data: Record<string, unknown>,
  triggerMetadata: Record<string, unknown> = {},
): Promise<RpcHttp | undefined> {
  const invocation = core.invocation(
    registered,
    randomUUID(),
    { name: trigger(registered).name, data },
    triggerMetadata,
  );
  const model = core.model!.getInvocationModel(invocation);
  const { context, inputs } = await model.getArguments();
  const hookData = {};
  const before = {
    hookData,
    appHookData: {},
    invocationContext: context,
    functionCallback: registered.callback,
    inputs,
  };
  invocation.state = 'preInvocationHooks';
  await core.runHooks('preInvocation', before);
  const after = { ...before, result: undefined as unknown, error: undefined as unknown };
  invocation.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  invocation.state = 'postInvocationHooks';
  await core.runHooks('postInvocation', after);
  invocation.state = undefined;
  if (after.error !== undefined && after.error !== null) throw after.error;
  const response = await model.getResponse(context, after.result);
  return response.returnValue?.http;
}

async function eventGrid(request: IncomingMessage, url: URL, body: Buffer): Promise<Answer> {
  const name = url.searchParams.get('functionName') ?? '';
  const registered = [...core.functions.values()].find(
    (f) =>
      f.metadata.name.toLowerCase() === name.toLowerCase() && /^eventgridtrigger$/i.test(trigger(f).type),
  );
  if (!registered) return { status: 404, body: { error: `no Event Grid function '${name}'` } };
  const read = readEventGridRequest(request.method ?? '', request.headers, body);
  if (read.kind === 'answer') return read;
  const results = await Promise.allSettled(
    read.events.map((event) => invoke(registered, { json: JSON.stringify(event) })),
  );
  const failed = results.filter((result) => result.status === 'rejected');
  for (const { reason } of failed) log('error', `function '${name}' failed: ${format(reason)}`);
  return { status: failed.length > 0 ? 500 : 202 };
}

/** Runs a function that has no web address of its own, as `POST /admin/functions/{name}` does in Azure. */
async function runNow(method: string, name: string): Promise<Answer> {
  const registered = core.functions.get(name);
  if (!registered || !/^timertrigger$/i.test(trigger(registered).type)) {
    return { status: 404, body: { error: `no timer function '${name}'` } };
  }
  if (method !== 'POST') return { status: 405 };
  try {
    await invoke(registered, { json: JSON.stringify({ schedule: {}, isPastDue: false }) });
  } catch (error) {
    log('error', `function '${name}' failed: ${format(error)}`);
    return { status: 500 };
  }
  return { status: 202 };
}

async function http(request: IncomingMessage, url: URL, body: Buffer, routes: HttpRoute[]): Promise<Answer> {
  const method = request.method ?? 'GET';
  const match = matchRoute(routes, method, url.pathname);
  if (!match) return { status: 404 };
  if (match === 'method-not-allowed') return { status: 405 };
  const registered = core.functions.get(match.functionName)!;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  try {
    const answer = await invoke(registered, {
      http: {
        method,
        url: url.toString(),
        headers,
        query: Object.fromEntries(url.searchParams),
        params: match.parameters,
        body: body.length > 0 ? { bytes: body } : undefined,
      },
    });
    return {
      status: Number(answer?.statusCode ?? 204),
      headers: { ...answer?.headers },
      body: answer?.body?.bytes ? Buffer.from(answer.body.bytes) : answer?.body?.string,
    };
  } catch (error) {
    log('error', `function '${match.functionName}' failed: ${format(error)}`);
    return { status: 500 };
  }
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function read(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
    });
    request.on('end', () => resolve(size > MAX_BODY ? undefined : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function write(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const raw = Buffer.isBuffer(body) || typeof body === 'string';
  if (body !== undefined && !raw) headers = { 'content-type': 'application/json', ...headers };
  response.writeHead(status, headers);
  response.end(body === undefined || raw ? body : JSON.stringify(body));
}

async function main(): Promise<void> {
  core.install();
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main?: string };
  const hostJson = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')) as {
    extensions?: { http?: { routePrefix?: string } };
  };
  try {
    require(join(folder, manifest.main ?? 'index.js'));
    await core.runHooks('appStart', { hookData: {}, appHookData: {}, hostVersion: '4.1040.0' });
  } catch (error) {
    // As in Azure: the app is there, its functions are not.
    core.functions.clear();
    log('error', `the package failed to load: ${format(error)}`);
  }
  const prefix = hostJson.extensions?.http?.routePrefix ?? 'api';
  const functions = [...core.functions.values()].map((registered) => ({
    registered,
    trigger: trigger(registered),
  }));
  const routes = functions
    .filter(({ trigger }) => /^httptrigger$/i.test(trigger.type))
    .map(({ registered, trigger }) =>
      compileRoute(
        registered.metadata.name,
        String(trigger['route'] ?? registered.metadata.name),
        prefix,
        (trigger['methods'] as string[] | undefined) ?? [],
      ),
    );

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    // By itself `//[` would be read as the beginning of a host.
    const url = new URL(
      `https://${request.headers['x-forwarded-host'] ?? request.headers.host}${request.url}`,
    );
    const body = await read(request);
    if (!body) return { status: 413 };
    if (url.pathname === '/runtime/webhooks/eventgrid') return eventGrid(request, url, body);
    if (url.pathname === '/admin/functions') {
      return {
        status: 200,
        body: functions.map(({ trigger, registered: { metadata } }) => ({
          name: metadata.name,
          type: trigger.type,
        })),
      };
    }
    const named = /^\/admin\/functions\/([^/]+)$/.exec(url.pathname)?.[1];
    if (named !== undefined) return runNow(request.method ?? '', decodeURIComponent(named));
    if (url.pathname === '/admin/host/status') return { status: 200, body: { state: 'Running' } };
    return http(request, url, body, routes);
  };
  const server = createServer((request, response) => {
    handle(request)
      // What a function answers may be nothing that can be sent.
      .then((answer) => write(response, answer))
      .catch((error: unknown) => {
        log('error', format(error));
        write(response, { status: 500 });
      });
  });
  server.keepAliveTimeout = 60_000;
  process.once('SIGTERM', () => {
    setTimeout(() => process.exit(1), TERMINATE_FOR_MS);
    // A connection whose request was under way would be kept alive after its answer.
    setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      void core.runHooks('appTerminate', { hookData: {}, appHookData: {} }).then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`an appTerminate hook failed: ${format(error)}\n`);
          process.exit(1);
        },
      );
    });
  });
  server.listen(0, '127.0.0.1', () => {
    tell({
      kind: 'ready',
      port: (server.address() as AddressInfo).port,
      functions: functions.map(({ registered, trigger }) => ({
        name: registered.metadata.name,
        type: trigger.type,
      })),
    });
  });
}

main().catch((error: unknown) => {
  log('error', format(error));
  process.exitCode = 1;
  process.disconnect?.();
});
