/** A hub. */
export interface HubProps {
  /** Name of the hub. */
  readonly name: string;
  /** Tier of its namespace. See docs/scale.md. @default 'Basic' */
  readonly sku?: 'Basic' | 'Standard';
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Which app it pushes to.
   * @default - none
   */
  readonly app?: { readonly bundleId: string };
}

export interface NamespaceProps extends HubProps {
  /** Region. */
  readonly location: string;
}

/** Makes hubs. */
export class Hub {
  /** Address, with {@link HubProps.name} in it. */
  readonly address: string = '';

  constructor(readonly props: HubProps) {}

  /** @throws TypeError when the hub is gone */
  send(): Hub | undefined {
    return undefined;
  }
}
