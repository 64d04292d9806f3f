import { startLocalAzure, type LocalAzure, type LocalAzureOptions } from './azure';
import { startStandInProviders, type StandInProviders } from './terraform';
import type { Journal } from './terraform/journal';

export interface LocalCloudOptions extends LocalAzureOptions {
  /** Whether stand-in Terraform providers are served beside local Azure, or the real ones are to be used. */
  readonly providers: 'stand-in' | 'real';
  /** Which azurerm the stand-in plays in `environment`. @default '4.55.0' */
  readonly azurermVersion?: string;
  /** Folder for the sockets of stand-ins, removed at close. @default - a temporary one */
  readonly socketFolder?: string;
  /** Takes each call of Terraform to the stand-ins, with what was asked of Azure for it. */
  readonly journal?: Journal;
}

/** Local Azure, and what Terraform and the SDKs need in order to work with it. */
export interface LocalCloud {
  readonly azure: LocalAzure;
  /** Environment variables for whoever deploys: those of local Azure, and `TF_REATTACH_PROVIDERS` for stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The same for one configuration of Terraform, with the stand-in azurerm in the version that it asks for.
   * @param azurermVersion asked at the beginning of each run of Terraform; what it throws ends that run
   */
  environmentWith(azurermVersion: () => string): Readonly<Record<string, string>>;
  /** Stops everything that was started. */
  close(): Promise<void>;
}

/** Starts local Azure in this process and serves the stand-in providers beside it. */
export async function startLocalCloud({
  providers,
  azurermVersion,
  socketFolder,
  journal,
  ...options
}: LocalCloudOptions): Promise<LocalCloud> {
  let standIns: StandInProviders | undefined;
  const reattaching = (reattach: string | undefined): Readonly<Record<string, string>> =>
    reattach === undefined ? {} : { TF_REATTACH_PROVIDERS: reattach };
  const azure = await startLocalAzure({
    passThrough: providers === 'real',
    ...options,
    environmentBeside: () => reattaching(standIns?.reattach),
  });
  try {
    standIns =
      providers === 'stand-in'
        ? await startStandInProviders({
            environment: azure.environment,
            log: options.log,
            azurermVersion,
            folder: socketFolder,
            journal,
          })
        : undefined;
    return {
      azure,
      environment: { ...azure.environment, ...reattaching(standIns?.reattach) },
      environmentWith: (version) => ({
        ...azure.environment,
        ...reattaching(standIns?.reattachFor(version)),
      }),
      close: async () => {
        await standIns?.close();
        await azure.close();
      },
    };
  } catch (error) {
    await azure.close();
    throw error;
  }
}
