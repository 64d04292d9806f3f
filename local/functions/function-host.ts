/** What a Function App needs in order to run. */
export interface FunctionAppStart {
  /** ARM id of the site, for messages. */
  readonly siteId: string;
  /** Folder with the unpacked package: `host.json`, `package.json` and the code. */
  readonly folder: string;
  /** App settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** The app's managed identity, or nothing when it has none. */
  readonly identity?: {
    /**
     * @param resource audience of the token, for example `https://management.azure.com/`
     * @param clientId which user-assigned identity; nothing means the system-assigned one
     */
    token(
      resource: string,
      clientId: string | undefined,
    ): Promise<{ accessToken: string; expiresOn: number /* seconds since the epoch */ }>;
  };
  /** Environment variables of the machine, beside the settings: how to reach local Azure. */
  readonly environment: Readonly<Record<string, string>>;
  /** One line that the app or its host wrote. */
  log?(line: string): void;
}

export interface RunningFunctionApp {
  /** Functions that the package registered, with the type of their trigger: `eventGridTrigger`, `httpTrigger`, … */
  readonly functions: readonly { readonly name: string; readonly type: string }[];
  /** `http://127.0.0.1:{port}`, without a trailing slash. */
  readonly baseUrl: string;
  /** Ends the app's process in the middle of whatever it does; resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it as Azure does when it takes an instance away: runs under way go on, and `appTerminate` hooks run. */
  terminate(): Promise<void>;
}

/** Runs the code of Function Apps. Local Azure knows this and nothing of how it is done. */
export interface FunctionHost {
  start(app: FunctionAppStart): Promise<RunningFunctionApp>;
}
