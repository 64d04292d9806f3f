import { ProviderError } from '../provider';
import { AZURERM_SCHEMAS, type SchemaName } from '../schema';

/** Api-versions that change from one version of azurerm to another; all others are the same in those played here. */
export interface ApiVersions {
  readonly storageAccounts: string;
  readonly workspaces: string;
}

/** The one that is played when nobody says which. */
export const DEFAULT_AZURERM = '4.55.0';

const VERSION = /^(\d+)\.(\d+)(?:\.\d+)?$/;

/** The version of azurerm that is played: what it announces and what it sends. */
export class AzurermVersion {
  private readonly major: number;
  private readonly minor: number;

  /** @throws ProviderError for one that is not played */
  constructor(readonly text: string) {
    const [, major, minor] = VERSION.exec(text) ?? [];
    this.major = Number(major);
    this.minor = Number(minor);
    if (this.isAtLeast(4, 55) && !this.isAtLeast(6, 0)) return;
    throw new ProviderError(
      'Version outside the stand-in provider',
      `the stand-in azurerm provider plays 4.55 to 5.x, got ${text}: ask for another version in required_providers, or ` +
        `deploy with --providers real`,
    );
  }

  isAtLeast(major: number, minor: number): boolean {
    return this.major > major || (this.major === major && this.minor >= minor);
  }

  /** Of the kept ones the newest that is not newer, of 5.x the one there is: `azurerm-4.79.0`. */
  get schema(): SchemaName {
    const [oldest, ...newer] = AZURERM_SCHEMAS;
    const fitting = newer.filter((kept) => {
      const [major, minor] = kept.split('.').map(Number) as [number, number];
      return major === this.major ? major > 4 || this.isAtLeast(major, minor) : this.isAtLeast(major, minor);
    });
    return `azurerm-${fitting.at(-1) ?? oldest}`;
  }

  get apiVersions(): ApiVersions {
    return {
      storageAccounts: this.isAtLeast(4, 71)
        ? '2025-08-01'
        : this.isAtLeast(4, 67)
          ? '2025-06-01'
          : '2023-05-01',
      workspaces: this.isAtLeast(5, 0) ? '2025-07-01' : '2022-10-01',
    };
  }
}
