/** How requests leave, where HTTPS_PROXY and the system's certificate authorities are not the answer. */
export interface TransportOptions {
  /** Certificate authority to trust, PEM. @default - those that Node.js trusts */
  readonly ca?: string;
  /** Proxy to go through; the host with or without `http://`. @default HTTPS_PROXY */
  readonly proxy?: {
    /** Host name or address of the proxy. */
    readonly host: string;
    /** Port of the proxy. */
    readonly port: number;
  };
}

/** How requests leave, and how long is waited for their answers. */
export interface RequestOptions extends TransportOptions {
  /** How long a whole answer may take, its body too, in milliseconds. @default 60000 */
  readonly requestTimeout?: number;
}
