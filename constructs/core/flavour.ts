/** What an app imports this library by, by what it is written with. */
export const ENTRIES = { cdktf: 'cdktf-acs-push', cdktn: 'cdktf-acs-push/cdktn' } as const;

/**
 * What the stacks of an app are written with, to be named in messages: CDKTF, or CDK Terrain. The build rewrites it as it
 * rewrites the names of modules.
 */
export const CDK: keyof typeof ENTRIES = 'cdktf';

/** The package with the resources of azurerm. */
export const AZURERM: string = '@cdktf/provider-azurerm';
