/** A resource as ARM keeps it. Properties that no GET may show live in `secrets`. */
export interface StoredResource {
  /** As first written by the client; looked up without regard to case. */
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  kind?: string;
  sku?: unknown;
  identity?: unknown;
  properties: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Everything that ARM knows, keyed by resource id in lower case, in the order of creation. */
export class ResourceStore {
  private readonly resources = new Map<string, StoredResource>();
  private readonly listeners: ((id: string) => void)[] = [];

  get(id: string): StoredResource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  put(resource: StoredResource): void {
    this.resources.set(resource.id.toLowerCase(), resource);
    this.changed(resource.id);
  }

  /** Deletes the resource and everything whose id lies below it; answers what is gone. */
  delete(id: string): StoredResource[] {
    const key = id.toLowerCase();
    const gone = [...this.resources].filter(([k]) => k === key || k.startsWith(`${key}/`));
    for (const [k] of gone) this.resources.delete(k);
    if (gone.length > 0) this.changed(id);
    return gone.map(([, resource]) => resource);
  }

  /** All resources of one type, or all whose id lies below a prefix. */
  list(filter: { type?: string; below?: string } = {}): StoredResource[] {
    const type = filter.type?.toLowerCase();
    const below = filter.below && `${filter.below.toLowerCase()}/`;
    return [...this.resources]
      .filter(([key, r]) => (!type || r.type.toLowerCase() === type) && (!below || key.startsWith(below)))
      .map(([, resource]) => resource);
  }

  /** @param listener is told the id of each resource that was put or deleted */
  onChange(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  toJSON(): StoredResource[] {
    return [...this.resources.values()];
  }

  load(resources: StoredResource[]): void {
    for (const resource of resources) this.resources.set(resource.id.toLowerCase(), resource);
  }

  private changed(id: string): void {
    for (const listener of this.listeners) listener(id);
  }
}
