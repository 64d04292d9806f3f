import { readFileSync } from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import { ArmReader } from '../../link/azure';
import { transportOf, type Transport } from '../../link/transport';
import { DEPLOYER, TENANT_ID, type LocalAzureOptions } from '../../local/azure';
import {
  startLocalCloud as startCloud,
  type LocalCloud as Cloud,
  type LocalCloudOptions,
} from '../../local/cloud';
import { askedAzurerm } from './asked-azurerm';

export type { LocalCloudOptions };

/** Local Azure, and what Terraform and the SDKs need in order to work with it. */
export interface LocalCloud extends Omit<Cloud, 'environmentWith'> {
  /**
   * The environment for Terraform on one configuration: the stand-in azurerm is of the version that it asks for.
   * @param file the configuration, `cdk.tf.json`; read at the beginning of each run of Terraform
   */
  environmentFor(file: string): Readonly<Record<string, string>>;
  /** For SDK clients in this process. */
  readonly transport: Transport;
  /** Reads ARM as the deployer. */
  readonly reader: ArmReader;
}

/** A deploy proves its link by metrics; nobody learns anything from waiting minutes for them here. */
const PROMPT: LocalAzureOptions['behaviour'] = { monitor: { metricLagMinutes: [0, 0] } };

export async function startLocalCloud({ behaviour, ...options }: LocalCloudOptions): Promise<LocalCloud> {
  const { environmentWith, ...cloud } = await startCloud({
    ...options,
    behaviour: { ...PROMPT, ...behaviour },
  });
  const { proxy, certificateFile } = cloud.azure.endpoints;
  const { hostname, port } = new URL(proxy);
  const reach = {
    proxy: { host: hostname, port: Number(port) },
    ca: readFileSync(certificateFile, 'utf8'),
  };
  const transport = transportOf(reach);
  return {
    ...cloud,
    environmentFor: (file) => environmentWith(() => askedAzurerm(file)),
    transport,
    reader: new ArmReader({
      credential: new ClientSecretCredential(TENANT_ID, DEPLOYER.clientId, DEPLOYER.clientSecret, transport),
      ...reach,
      clock: options.clock,
    }),
  };
}
