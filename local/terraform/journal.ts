import { AsyncLocalStorage } from 'node:async_hooks';

/** One request of a provider, as it was answered. */
export interface JournalRequest {
  readonly method: string;
  /** Without its query, which may hold secrets. */
  readonly url: string;
  /** @default - no answer came */
  readonly status?: number;
}

/** One call of Terraform to a provider, with what it asked of Azure. */
export interface JournalEntry {
  readonly provider: 'azurerm' | 'azapi';
  /** Of the plugin protocol: `ApplyResourceChange`. */
  readonly call: string;
  /** `azurerm_resource_group` */
  readonly typeName: string;
  /** What an `ApplyResourceChange` did. */
  readonly action?: 'create' | 'update' | 'delete';
  /** The attribute `id` of what it was about, once known. */
  readonly id?: string;
  /** `type` of what azapi was asked for: `Microsoft.Web/sites@2025-05-01`. */
  readonly armType?: string;
  readonly requests: readonly JournalRequest[];
}

/** Takes each call once it is answered. */
export type Journal = (entry: JournalEntry) => void;

/** What a call learns of itself on the way. */
export type Subject = Pick<JournalEntry, 'action' | 'id' | 'armType'>;

const current = new AsyncLocalStorage<{ subject: Subject; requests: JournalRequest[] }>();

/** Runs one call, and tells the journal what it asked. */
export async function kept<T>(
  journal: Journal | undefined,
  call: Pick<JournalEntry, 'provider' | 'call' | 'typeName'>,
  work: () => T | Promise<T>,
): Promise<T> {
  if (!journal) return work();
  const notes = { subject: {} as Subject, requests: [] as JournalRequest[] };
  try {
    return await current.run(notes, work);
  } finally {
    journal({ ...call, ...notes.subject, requests: notes.requests });
  }
}

/** Notes what the call that runs is about; nothing outside of one. */
export function about(subject: Subject): void {
  const notes = current.getStore();
  if (notes) notes.subject = { ...notes.subject, ...subject };
}

/** Notes a request of the call that runs. */
export function asked(method: string, url: string, status?: number): void {
  current
    .getStore()
    ?.requests.push({ method, url: url.split('?')[0]!, ...(status !== undefined && { status }) });
}
