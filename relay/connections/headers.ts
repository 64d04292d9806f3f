import type { HttpHeaders } from '@azure/core-rest-pipeline';

/** Headers as a plain object with lower-case names: the SDK's own class costs as much as a tenth of a request. */
export class PlainHeaders implements HttpHeaders {
  constructor(private readonly values: Record<string, string>) {}

  get(name: string): string | undefined {
    return this.values[name.toLowerCase()];
  }

  has(name: string): boolean {
    return this.values[name.toLowerCase()] !== undefined;
  }

  set(name: string, value: string | number | boolean): void {
    this.values[name.toLowerCase()] = String(value);
  }

  delete(name: string): void {
    delete this.values[name.toLowerCase()];
  }

  toJSON(): Record<string, string> {
    return this.values;
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return Object.entries(this.values)[Symbol.iterator]();
  }
}
