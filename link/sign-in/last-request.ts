/** What became of the last request of a sign-in: the SDK's errors do not tell the network from a refusal. */
export type LastRequest =
  | { readonly host: string; readonly unreachable: string }
  | { readonly host: string; readonly status: number; readonly retryAfter?: string };
