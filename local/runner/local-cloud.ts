import { readFileSync } from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import { ArmReader } from '../../link/azure';
import { transportOf, type Transport } from '../../link/transport';
import { DEPLOYER, startLocalAzure, TENANT_ID, type LocalAzure, type LocalAzureOptions } from '../azure';
import { startStandInProviders } from '../providers';
import { askedAzurerm } from './asked-azurerm';

export interface LocalCloudOptions extends LocalAzureOptions {
  /** Whether stand-in Terraform providers are served beside local Azure, or the real ones are to be used. */
  readonly providers: 'stand-in' | 'real';
  /** Which azurerm the stand-in plays in `environment`. @default '4.55.0' */
  readonly azurermVersion?: string;
  /** Folder for the sockets of stand-ins, removed at close. @default - a temporary one */
  readonly socketFolder?: string;
}

/** Local Azure, and what Terraform and the SDKs need in order to work with it. */
export interface LocalCloud {
  readonly azure: LocalAzure;
  /** Environment variables for whoever deploys: those of local Azure, and `TF_REATTACH_PROVIDERS` for stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The same for Terraform on one configuration: the stand-in azurerm is of the version that it asks for.
   * @param file the configuration, `cdk.tf.json`; read at the beginning of each run of Terraform
   */
  environmentFor(file: string): Readonly<Record<string, string>>;
  /** For SDK clients in this process. */
  readonly transport: Transport;
  /** Reads ARM as the deployer. */
  readonly reader: ArmReader;
  /** Stops everything that was started. */
  close(): Promise<void>;
}

/** A deploy proves its link by metrics; nobody learns anything from waiting minutes for them here. */
const PROMPT: LocalAzureOptions['behaviour'] = { monitor: { metricLagMinutes: [0, 0] } };

export async function startLocalCloud({
  providers,
  azurermVersion,
  socketFolder,
  behaviour,
  ...options
}: LocalCloudOptions): Promise<LocalCloud> {
  const azure = await startLocalAzure({
    passThrough: providers === 'real',
    behaviour: { ...PROMPT, ...behaviour },
    ...options,
  });
  try {
    const standIns =
      providers === 'stand-in'
        ? await startStandInProviders({
            environment: azure.environment,
            log: options.log,
            azurermVersion,
            folder: socketFolder,
          })
        : undefined;
    const { hostname, port } = new URL(azure.endpoints.proxy);
    const reach = {
      proxy: { host: hostname, port: Number(port) },
      ca: readFileSync(azure.endpoints.certificateFile, 'utf8'),
    };
    const transport = transportOf(reach);
    return {
      azure,
      environment: {
        ...azure.environment,
        ...(standIns && { TF_REATTACH_PROVIDERS: standIns.reattach }),
      },
      environmentFor: (file) => ({
        ...azure.environment,
        ...(standIns && { TF_REATTACH_PROVIDERS: standIns.reattachFor(() => askedAzurerm(file)) }),
      }),
      transport,
      reader: new ArmReader({
        credential: new ClientSecretCredential(
          TENANT_ID,
          DEPLOYER.clientId,
          DEPLOYER.clientSecret,
          transport,
        ),
        ...reach,
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
