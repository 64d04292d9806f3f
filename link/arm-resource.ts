/** A resource as ARM shows it. */
export interface ArmResource {
  /** ARM id, as Azure writes it. */
  readonly id: string;
  /** What the resource's own API says of it. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Its tags; undefined when it has none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `systemData.createdAt`: milliseconds since the epoch; undefined when the resource does not tell. */
  readonly createdAt?: number;
  /** `systemData.lastModifiedAt`, likewise. */
  readonly modifiedAt?: number;
  /** Name of its tier: `Standard`. */
  readonly sku?: string;
}
