import { randomBytes, randomUUID } from 'node:crypto';

/**
 * What the Functions host sends to Application Insights for one run of a function of an Event Grid trigger, put together
 * from the texts of its source and of the data model, since no host runs here:
 *
 * - the messages and their named values: azure-webjobs-sdk, Host/Loggers/FunctionInstanceLogger.cs
 * - what each kind of record carries: azure-webjobs-sdk, Logging.ApplicationInsights/ApplicationInsightsLogger.cs and
 *   Initializers/WebJobsTelemetryInitializer.cs
 * - the host's instance among the properties: azure-functions-host, ScriptTelemetryInitializer.cs
 * - the counts: azure-webjobs-sdk, Host/Loggers/Logger/Aggregator/FunctionResultAggregate.cs
 * - envelopes and tags: ApplicationInsights-dotnet, Schema/PublicSchema
 *
 * Values are as long as Azure's: a container's name, a process's id, ids of W3C traces.
 */
export interface Run {
  readonly functionName: string;
  readonly durationMs: number;
}

/** A record that the host sends, and what decides whether it does. */
export interface Sent {
  /** Category of the line, as `logging.logLevel` of `host.json` names it. */
  readonly category: string;
  readonly what: string;
  readonly envelope: object;
}

const INSTRUMENTATION_KEY = randomUUID();
const HOST_INSTANCE = randomUUID();
const APP = 'func-contoso-push-prod-weu';
const INSTANCE = randomBytes(32).toString('hex');
const SDK = 'azurefunctions: 4.1040.300.25317';

/** What the host sends of one run, by its defaults, beside the app's own lines. */
export function hostRecords({ functionName, durationMs }: Run): Sent[] {
  const operation = newOperation(functionName);
  const { invocation } = operation;
  const category = `Function.${functionName}`;
  const reason = `EventGrid trigger fired at ${new Date().toISOString().replace('Z', '0000+00:00')}`;
  const started = trace(operation, category, {
    message: `Executing 'Functions.${functionName}' (Reason='${reason}', Id=${invocation})`,
    properties: {
      EventId: '1',
      EventName: 'FunctionStarted',
      'prop__{OriginalFormat}': "Executing '{functionName}' (Reason='{reason}', Id={invocationId})",
      prop__functionName: `Functions.${functionName}`,
      prop__reason: reason,
      prop__invocationId: invocation,
    },
  });
  const ended = trace(operation, category, {
    message: `Executed 'Functions.${functionName}' (Succeeded, Id=${invocation}, Duration=${durationMs}ms)`,
    properties: {
      EventId: '2',
      EventName: 'FunctionCompleted',
      'prop__{OriginalFormat}':
        "Executed '{functionName}' ({status}, Id={invocationId}, Duration={executionDuration}ms)",
      prop__functionName: `Functions.${functionName}`,
      prop__status: 'Succeeded',
      prop__invocationId: invocation,
      prop__executionDuration: String(durationMs),
    },
  });
  const request = envelope('Request', operation, 'RequestData', {
    ver: 2,
    id: randomBytes(8).toString('hex'),
    name: functionName,
    duration: `00:00:00.${String(durationMs).padStart(3, '0')}0000`,
    success: true,
    responseCode: '202',
    url: `https://${APP}.azurewebsites.net/runtime/webhooks/eventgrid`,
    properties: {
      ...common(invocation, 'Host.Results'),
      FullName: `Functions.${functionName}`,
      FunctionExecutionTimeMs: `${durationMs}.1234`,
      HttpMethod: 'POST',
      HttpPath: '/runtime/webhooks/eventgrid',
      TriggerReason: reason,
    },
  });
  return [
    { category: 'Host.Results', what: 'request', envelope: request },
    { category, what: "trace 'Executing …'", envelope: started },
    { category, what: "trace 'Executed …'", envelope: ended },
  ];
}

/** A line of the app's: the message is what it wrote, as it is. */
export function ownLine({ functionName }: Run, line: string): Sent {
  const category = `Function.${functionName}.User`;
  return {
    category,
    what: "the relay's line",
    envelope: trace(newOperation(functionName), category, { message: line }),
  };
}

/** A line that the process writes and no run of a function. */
export function processLine(line: string): Sent {
  const category = 'Host.Function.Console';
  return {
    category,
    what: "the relay's figures",
    envelope: trace(undefined, category, { message: line }),
  };
}

/** The host's counts of one function, which it sends after 1,000 runs, or 30 seconds of fewer. */
export function aggregate(functionName: string): Sent[] {
  const counts = {
    Count: 1000,
    Successes: 1000,
    Failures: 0,
    SuccessRate: 100,
    AvgDurationMs: 38.123_456_7,
    MaxDurationMs: 412.3456,
    MinDurationMs: 8.1234,
  };
  return Object.entries(counts).map(([name, value]) => ({
    category: 'Host.Aggregator',
    what: "the host's counts",
    envelope: envelope('Metric', undefined, 'MetricData', {
      ver: 2,
      metrics: [{ name: `${functionName} ${name}`, kind: 'Aggregation', value, count: 1 }],
      properties: common(undefined, 'Host.Aggregator'),
    }),
  }));
}

interface Operation {
  readonly functionName: string;
  readonly invocation: string;
  readonly id: string;
  readonly parentId: string;
}

function newOperation(functionName: string): Operation {
  return {
    functionName,
    invocation: randomUUID(),
    id: randomBytes(16).toString('hex'),
    parentId: randomBytes(8).toString('hex'),
  };
}

function common(invocation: string | undefined, category: string): Record<string, string> {
  return {
    ...(invocation !== undefined && { InvocationId: invocation }),
    HostInstanceId: HOST_INSTANCE,
    ProcessId: '78',
    Category: category,
    LogLevel: 'Information',
  };
}

function trace(
  operation: Operation | undefined,
  category: string,
  { message, properties = {} }: { readonly message: string; readonly properties?: Record<string, string> },
): object {
  return envelope('Message', operation, 'MessageData', {
    ver: 2,
    message,
    severityLevel: 'Information',
    properties: { ...common(operation?.invocation, category), ...properties },
  });
}

function envelope(
  name: string,
  operation: Operation | undefined,
  baseType: string,
  baseData: object,
): object {
  return {
    name: `Microsoft.ApplicationInsights.${INSTRUMENTATION_KEY.replaceAll('-', '')}.${name}`,
    time: new Date().toISOString().replace('Z', '0000Z'),
    iKey: INSTRUMENTATION_KEY,
    tags: {
      'ai.cloud.role': APP,
      'ai.cloud.roleInstance': INSTANCE,
      ...(operation && {
        'ai.operation.id': operation.id,
        'ai.operation.parentId': operation.parentId,
        'ai.operation.name': operation.functionName,
      }),
      'ai.location.ip': '0.0.0.0',
      'ai.internal.sdkVersion': SDK,
      'ai.internal.nodeName': INSTANCE,
    },
    data: { baseType, baseData },
  };
}
