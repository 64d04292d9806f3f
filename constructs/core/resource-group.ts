/** A resource group, as azurerm's `ResourceGroup` and `DataAzurermResourceGroup` both are. */
export interface IResourceGroup {
  /** ARM id. */
  readonly id: string;
  /** Name of the resource group. */
  readonly name: string;
  /** Region of the group, for what has to have one: `westeurope`. */
  readonly location: string;
}

/** Tags of a resource: 50 at most, keys up to 512 characters, values up to 256. */
export type Tags = Record<string, string>;
