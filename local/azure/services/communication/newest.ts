/** So many are kept, or shown, of what goes on, for who looks into local Azure. */
export const REMEMBERED = 200;

/** What came last, by name; what was there before it is forgotten. */
export class Newest<T> {
  private readonly kept = new Map<string, T>();

  get(key: string): T | undefined {
    return this.kept.get(key);
  }

  /** What is known already keeps its place. */
  set(key: string, value: T): void {
    this.kept.set(key, value);
    if (this.kept.size > REMEMBERED) this.kept.delete(this.kept.keys().next().value!);
  }

  /** The oldest first. */
  all(): readonly T[] {
    return [...this.kept.values()];
  }
}
