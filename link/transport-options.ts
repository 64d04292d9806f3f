/** How requests leave, where HTTPS_PROXY and the system's certificate authorities are not the answer. */
export interface TransportOptions {
  /** Certificate authority to trust, PEM. */
  readonly ca?: string;
  /** Proxy to go through; the host with or without `http://`. @default HTTPS_PROXY */
  readonly proxy?: { readonly host: string; readonly port: number };
}
