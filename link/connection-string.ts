/** A hub's connection string taken apart. Holds the key: never printed, never kept. */
export interface HubConnection {
  /** `https://nhns-app.servicebus.windows.net` */
  readonly endpoint: string;
  /** Name of the authorization rule. */
  readonly keyName: string;
  /** One of its keys, with which signatures are made. */
  readonly key: string;
}

/** @throws Error that does not repeat the string */
export function parseConnectionString(connectionString: string): HubConnection {
  const parts = new Map(
    connectionString.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()];
    }),
  );
  const endpoint = parts.get('endpoint');
  const keyName = parts.get('sharedaccesskeyname');
  const key = parts.get('sharedaccesskey');
  if (!endpoint || !keyName || !key) {
    throw new Error('the connection string needs Endpoint, SharedAccessKeyName and SharedAccessKey');
  }
  return { endpoint: endpoint.replace(/^sb:/i, 'https:').replace(/(:\d+)?\/*$/, ''), keyName, key };
}
