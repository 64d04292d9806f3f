/** A resource as ARM shows it. */
export interface ArmResource {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** `systemData.createdAt`: milliseconds since the epoch; undefined when the resource does not tell. */
  readonly createdAt?: number;
  /** `systemData.lastModifiedAt`, likewise. */
  readonly modifiedAt?: number;
  /** Name of its tier: `Standard`. */
  readonly sku?: string;
}
